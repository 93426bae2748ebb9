/**
 * The report as one HTML file.
 *
 * <p>Invariant: who opens it asks nobody for anything, and no text of a record is markup.
 */
@NullMarked
package dev.gatekeeper.report.page;

import org.jspecify.annotations.NullMarked;
