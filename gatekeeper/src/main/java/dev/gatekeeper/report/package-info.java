/**
 * What the log says, for people and for their tools: one timeline of several logs, tables, a page,
 * an export, a bundle.
 *
 * <p>Invariant: nothing here writes to a log, and no text of a record reaches a reader unescaped.
 */
@NullMarked
package dev.gatekeeper.report;

import org.jspecify.annotations.NullMarked;
