/**
 * TOML 1.0 text as the same tree that JSON becomes, with the place of each value.
 *
 * <p>Invariant: only strict UTF-8, bounded in size, depth and count, becomes a tree; a key that is
 * defined twice never goes unnoticed.
 */
@NullMarked
package dev.gatekeeper.allowlist.toml;

import org.jspecify.annotations.NullMarked;
