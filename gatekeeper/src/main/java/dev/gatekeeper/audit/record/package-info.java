/**
 * What a line of the log is: its fields, its events, its bytes, its hashes.
 *
 * <p>Invariant: a record has exactly one spelling. The verifier shares {@code Format}, {@code
 * Event} and {@code Field} with the appender, and nothing else of it.
 */
@NullMarked
package dev.gatekeeper.audit.record;

import org.jspecify.annotations.NullMarked;
