/**
 * The keyring of the system, in which a key of ours may lie: the Secret Service (libsecret) or the
 * Keychain.
 *
 * <p>Invariant: a key is never an argument, and a keyring that is locked, missing or hanging keeps
 * nobody waiting for longer than a few seconds.
 */
@NullMarked
package dev.gatekeeper.keyring;

import org.jspecify.annotations.NullMarked;
