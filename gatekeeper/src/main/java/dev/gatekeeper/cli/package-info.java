/**
 * One file a command.
 *
 * <p>Invariant: no logic that a test cannot reach without a process.
 */
@NullMarked
package dev.gatekeeper.cli;

import org.jspecify.annotations.NullMarked;
