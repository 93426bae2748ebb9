/**
 * Frames of newline-delimited JSON-RPC, read and written as bytes.
 *
 * <p>Invariant: one message a line, bounded, strict UTF-8; only this package writes to protocol
 * stdout.
 */
@NullMarked
package dev.gatekeeper.wire;

import org.jspecify.annotations.NullMarked;
