/**
 * The file of a team's vault, its members and the keys that open and sign it.
 *
 * <p>Invariant: what is read of a file is what its signer wrote, whole; whether the signer counts
 * is judged above.
 */
@NullMarked
package dev.gatekeeper.team.file;

import org.jspecify.annotations.NullMarked;
