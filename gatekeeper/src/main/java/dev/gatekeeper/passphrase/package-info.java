/**
 * Where a passphrase comes from: a person at the terminal, or a file or descriptor that a person
 * put in that place.
 *
 * <p>Invariant: it comes from nothing that other processes of the user can read, neither an
 * argument nor the value of a variable, and is never shown. What a person types or pastes is taken
 * whole or not at all.
 */
@NullMarked
package dev.gatekeeper.passphrase;

import org.jspecify.annotations.NullMarked;
