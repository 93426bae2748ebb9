/**
 * {@code gatekeeper allowlist diff}: what a change of the list is, for who reviews it.
 *
 * <p>Invariant: foreign text reaches a terminal or a comment of a pull request as text alone; of a
 * repository, bytes are read and nothing is run.
 */
@NullMarked
package dev.gatekeeper.cli.allowlist.review;

import org.jspecify.annotations.NullMarked;
