/**
 * What a person has done to a whole log: recovery after a fault or a loss, pruning of old records.
 *
 * <p>Invariant: nothing that was acknowledged goes without a record that tells of it.
 */
@NullMarked
package dev.gatekeeper.audit.upkeep;

import org.jspecify.annotations.NullMarked;
