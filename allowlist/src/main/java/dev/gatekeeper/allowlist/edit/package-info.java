/**
 * Changes to the text of a list, made for a person who then reviews them.
 *
 * <p>Invariant: what stands in the text already keeps its order and formatting; no entry is
 * overwritten; no value that looks like a secret is written or shown.
 */
@NullMarked
package dev.gatekeeper.allowlist.edit;

import org.jspecify.annotations.NullMarked;
