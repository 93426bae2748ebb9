/**
 * Installed trees, each under the digest of its files.
 *
 * <p>Invariant: a tree that is used was compared byte by byte; it is there whole or not at all, and
 * is not removed while somebody uses it.
 */
@NullMarked
package dev.gatekeeper.pin.cache;

import org.jspecify.annotations.NullMarked;
