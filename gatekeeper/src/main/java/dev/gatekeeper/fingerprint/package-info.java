/**
 * Fingerprints of the values that the vaults hold, kept for each repository, by which a locked
 * process recognises them.
 *
 * <p>Invariant: what was not made of the present vault, by a person who opened it, recognises
 * nothing and says so; of no value is more kept than can be guessed with it.
 */
@NullMarked
package dev.gatekeeper.fingerprint;

import org.jspecify.annotations.NullMarked;
