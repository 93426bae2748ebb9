/**
 * What is kept of strong values, and how it is written.
 *
 * <p>Invariant: without its key a file of fingerprints tells nothing but its size; with it, no
 * value can be found by guessing; one that the person's vault did not sign is none.
 */
@NullMarked
package dev.gatekeeper.fingerprint.print;

import org.jspecify.annotations.NullMarked;
