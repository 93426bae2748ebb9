/**
 * What is secret while it is used: passphrases, keys, values.
 *
 * <p>Invariant: it lies off heap, is wiped by whoever closes it, and is never shown; no two uses
 * share a key.
 */
@NullMarked
package dev.gatekeeper.vault.key;

import org.jspecify.annotations.NullMarked;
