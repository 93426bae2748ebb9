/**
 * Definitions that a person takes as they are now, on this machine, until a day.
 *
 * <p>Invariant: only the key that the vault's passphrase opens accepts; what is accepted stands in
 * for one locked definition and no other.
 */
@NullMarked
package dev.gatekeeper.trust.acceptance;

import org.jspecify.annotations.NullMarked;
