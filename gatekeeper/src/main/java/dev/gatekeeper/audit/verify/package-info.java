/**
 * Judges and reads a log without trusting it, and without the code that wrote it.
 *
 * <p>Invariant: nothing here shares more than constants and names with the appender, so that one
 * mistake is not made twice; nothing here writes.
 */
@NullMarked
package dev.gatekeeper.audit.verify;

import org.jspecify.annotations.NullMarked;
