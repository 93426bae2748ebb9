/**
 * Running git.
 *
 * <p>Invariant: no configuration, hook, replaced object or transport of a repository runs or counts
 * unless the caller says so.
 */
@NullMarked
package dev.gatekeeper.git;

import org.jspecify.annotations.NullMarked;
