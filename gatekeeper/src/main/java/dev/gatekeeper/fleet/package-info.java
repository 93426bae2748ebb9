/**
 * The allowed servers of one session, across the lives of their processes.
 *
 * <p>Invariant: a server is told only what its entry allows, and whatever it does or does not do
 * touches no other server.
 */
@NullMarked
package dev.gatekeeper.fleet;

import org.jspecify.annotations.NullMarked;
