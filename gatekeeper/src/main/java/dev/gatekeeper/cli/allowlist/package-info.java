/**
 * {@code gatekeeper allowlist}: one file a command.
 *
 * <p>Invariant: what widens power asks a person for proof first.
 */
@NullMarked
package dev.gatekeeper.cli.allowlist;

import org.jspecify.annotations.NullMarked;
