/**
 * What a session tells of itself: its records in the audit log, its remarks on stderr.
 *
 * <p>Invariant: no value is told, and of the outcomes of a request one.
 */
@NullMarked
package dev.gatekeeper.journal;

import org.jspecify.annotations.NullMarked;
