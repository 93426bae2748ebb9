/**
 * JSON text as a tree that remembers where each value stood.
 *
 * <p>Invariant: only strict JSON in strict UTF-8, bounded in size and depth, becomes a tree; a
 * duplicate key never goes unnoticed.
 */
@NullMarked
package dev.gatekeeper.allowlist.json;

import org.jspecify.annotations.NullMarked;
