/**
 * A person's words, and agents' requests, as entries of the project's list.
 *
 * <p>Invariant: what is written is a valid list, with what stood in it as it stood and nothing that
 * looks like a secret; by being written it is not in force.
 */
@NullMarked
package dev.gatekeeper.cli.allowlist.edit;

import org.jspecify.annotations.NullMarked;
