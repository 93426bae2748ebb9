/**
 * Where a log is read from and handed over in: directories and bundles.
 *
 * <p>Invariant: a bundle holds nothing secret, and nothing is written outside of where it is
 * unpacked.
 */
@NullMarked
package dev.gatekeeper.report.source;

import org.jspecify.annotations.NullMarked;
