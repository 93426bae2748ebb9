/**
 * {@code gatekeeper vault scan}.
 *
 * <p>Invariant: it is green only where something was read whole, for fingerprints that are of the
 * vault as it is; no value is shown, nor a part of one.
 */
@NullMarked
package dev.gatekeeper.cli.vault.scan;

import org.jspecify.annotations.NullMarked;
