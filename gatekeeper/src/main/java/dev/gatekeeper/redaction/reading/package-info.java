/**
 * What a text stands for: escapes, JSON strings, lines that were folded, runs of base64 and
 * hexadecimal.
 *
 * <p>Invariant: what is read is never longer than what is written, and of each byte of it is known
 * where that is written.
 */
@NullMarked
package dev.gatekeeper.redaction.reading;

import org.jspecify.annotations.NullMarked;
