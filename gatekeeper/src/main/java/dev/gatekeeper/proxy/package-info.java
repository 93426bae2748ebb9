/**
 * The session with the agent: routing, ids in flight.
 *
 * <p>Invariant: what was judged is what is sent; every request gets at most one answer and exactly
 * one outcome record.
 */
@NullMarked
package dev.gatekeeper.proxy;

import org.jspecify.annotations.NullMarked;
