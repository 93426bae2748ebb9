/**
 * Looking for values of which only fingerprints are there, in texts of any length.
 *
 * <p>Invariant: what is said of a text was read whole, once; what was not read, or not looked for,
 * is said beside it; a finding holds no part of a value.
 */
@NullMarked
package dev.gatekeeper.fingerprint.scan;

import org.jspecify.annotations.NullMarked;
