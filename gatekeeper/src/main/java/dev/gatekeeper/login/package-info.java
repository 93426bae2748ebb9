/**
 * Logging in to remote servers by OAuth 2.1, and the tokens that come of it.
 *
 * <p>Invariant: a token is sent to the server that it was issued for and to nobody else; a login
 * that more than one session has is made by a person only, who types the passphrase.
 */
@NullMarked
package dev.gatekeeper.login;

import org.jspecify.annotations.NullMarked;
