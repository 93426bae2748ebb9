/**
 * Known values and their encodings in a byte stream.
 *
 * <p>Invariant: a managed value does not leave.
 */
@NullMarked
package dev.gatekeeper.redaction;

import org.jspecify.annotations.NullMarked;
