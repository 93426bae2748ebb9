/**
 * JSON where it stands, as bytes: read without building anything, edited without touching the rest.
 *
 * <p>Invariant: a value that is passed on is strict JSON in strict UTF-8, and written as it was but
 * for the edits.
 */
@NullMarked
package dev.gatekeeper.json;

import org.jspecify.annotations.NullMarked;
