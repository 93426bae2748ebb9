/**
 * The commands that say whether a log is sound, or give others what shows it.
 *
 * <p>Invariant: what is said of a log was verified, and what was not proved is said beside it.
 */
@NullMarked
package dev.gatekeeper.cli.audit.proof;

import org.jspecify.annotations.NullMarked;
