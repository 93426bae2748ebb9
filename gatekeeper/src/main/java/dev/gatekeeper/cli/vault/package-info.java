/**
 * {@code gatekeeper vault}: one file a command.
 *
 * <p>Invariant: a value is never an argument and never printed.
 */
@NullMarked
package dev.gatekeeper.cli.vault;

import org.jspecify.annotations.NullMarked;
