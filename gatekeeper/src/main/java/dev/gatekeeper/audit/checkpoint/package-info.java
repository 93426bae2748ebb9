/**
 * Signed heads of the log: the Merkle frontier, signing keys, epochs.
 *
 * <p>Invariant: whoever takes the machine later does not hold the keys that signed the past.
 */
@NullMarked
package dev.gatekeeper.audit.checkpoint;

import org.jspecify.annotations.NullMarked;
