/**
 * The program: finds the command that was typed and runs it. Below it one package a noun, one file
 * a command.
 *
 * <p>Invariant: no logic that a test cannot reach without a process.
 */
@NullMarked
package dev.gatekeeper.cli;

import org.jspecify.annotations.NullMarked;
