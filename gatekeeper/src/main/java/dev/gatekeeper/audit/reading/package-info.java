/**
 * Records of a log for whoever asks, in order or by their number.
 *
 * <p>Invariant: nothing is judged and nothing is written; whoever believes a line checks its hash.
 */
@NullMarked
package dev.gatekeeper.audit.reading;

import org.jspecify.annotations.NullMarked;
