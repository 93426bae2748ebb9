/**
 * How servers of a session come to run, as processes of ours or as sessions with servers elsewhere,
 * and how values come into calls.
 *
 * <p>Invariant: nothing else starts a server; what starts is what the lock names, with values whose
 * grants are durable before.
 */
@NullMarked
package dev.gatekeeper.launch;

import org.jspecify.annotations.NullMarked;
