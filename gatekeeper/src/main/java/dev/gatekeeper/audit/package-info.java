/**
 * The chain of records: append, checkpoint, verify, read.
 *
 * <p>Invariant: append-only; an acknowledged record survives any crash.
 */
@NullMarked
package dev.gatekeeper.audit;

import org.jspecify.annotations.NullMarked;
