/**
 * Checkpoints kept on an append-only branch of a git repository, where somebody else has them too.
 *
 * <p>Invariant: each commit of a branch adds one signed checkpoint of a log that only grew since
 * the one before; nothing is ever forced, and no program that a repository names is run.
 */
@NullMarked
package dev.gatekeeper.audit.anchor;

import org.jspecify.annotations.NullMarked;
