/**
 * Durable replace, locks, owner-only modes.
 *
 * <p>Invariant: a crash leaves the old content or the new, never half.
 */
@NullMarked
package dev.gatekeeper.files;

import org.jspecify.annotations.NullMarked;
