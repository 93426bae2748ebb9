/**
 * What the entry of one server says of its lists, its limits and the life of its process.
 *
 * <p>Invariant: what an entry limits is counted in one place, and nothing is over it that was let
 * through.
 */
@NullMarked
package dev.gatekeeper.fleet.terms;

import org.jspecify.annotations.NullMarked;
