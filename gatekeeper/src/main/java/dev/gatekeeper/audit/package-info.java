/**
 * The appending itself: files, lock, order of writes, many processes.
 *
 * <p>Invariant: append-only; an acknowledged record survives any crash.
 */
@NullMarked
package dev.gatekeeper.audit;

import org.jspecify.annotations.NullMarked;
