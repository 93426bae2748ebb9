/**
 * Every foreign-function call.
 *
 * <p>Invariant: the only package that touches native code.
 */
@NullMarked
package dev.gatekeeper.kernel;

import org.jspecify.annotations.NullMarked;
