/**
 * {@code gatekeeper vault slot} and {@code vault passphrase}: the ways into the person's vault.
 *
 * <p>Invariant: none is added, changed or removed but by a person who opens the vault.
 */
@NullMarked
package dev.gatekeeper.cli.vault.slot;

import org.jspecify.annotations.NullMarked;
