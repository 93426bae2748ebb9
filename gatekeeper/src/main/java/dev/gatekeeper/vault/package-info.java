/**
 * The encrypted file of secrets, and opening it.
 *
 * <p>Invariant: any flipped bit fails before plaintext is released.
 */
@NullMarked
package dev.gatekeeper.vault;

import org.jspecify.annotations.NullMarked;
