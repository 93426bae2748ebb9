/**
 * Commitments to the arguments of calls, and what opens them.
 *
 * <p>Invariant: the log holds commitments only; without its opening a value can be neither read nor
 * confirmed by guessing.
 */
@NullMarked
package dev.gatekeeper.audit.opening;

import org.jspecify.annotations.NullMarked;
