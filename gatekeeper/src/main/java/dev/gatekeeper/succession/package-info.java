/**
 * Which generations of a vault the log has seen written, and whether a file follows them.
 *
 * <p>Invariant: a vault older than one that was seen is never taken for the present one.
 */
@NullMarked
package dev.gatekeeper.succession;

import org.jspecify.annotations.NullMarked;
