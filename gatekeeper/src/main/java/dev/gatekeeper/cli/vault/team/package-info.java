/**
 * Commands over the vault that a repository carries, and what the other commands of {@code vault}
 * do where {@code --team} is given.
 *
 * <p>Invariant: no logic that a test cannot reach without a process.
 */
@NullMarked
package dev.gatekeeper.cli.vault.team;

import org.jspecify.annotations.NullMarked;
