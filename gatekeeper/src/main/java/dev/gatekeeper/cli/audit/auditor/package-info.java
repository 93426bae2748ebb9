/**
 * {@code gatekeeper audit auditor}: who else may check the MACs of the log.
 *
 * <p>Invariant: nobody becomes an auditor, or ceases to be one, without a person's passphrase and a
 * record.
 */
@NullMarked
package dev.gatekeeper.cli.audit.auditor;

import org.jspecify.annotations.NullMarked;
