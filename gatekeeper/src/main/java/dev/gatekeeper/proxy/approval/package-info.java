/**
 * Calls under {@code ask}, for as long as a person is waited for.
 *
 * <p>Invariant: a call passes by a person's answer to this very call, recorded, under the list that
 * still counts; by nothing else, and not by time.
 */
@NullMarked
package dev.gatekeeper.proxy.approval;

import org.jspecify.annotations.NullMarked;
