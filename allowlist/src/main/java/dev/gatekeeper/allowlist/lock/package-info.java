/**
 * What servers offered when a person reviewed it.
 *
 * <p>Invariant: what is not locked is not the same; a definition is locked whole, and compared
 * whole. Pure: no process, clock or network.
 */
@NullMarked
package dev.gatekeeper.allowlist.lock;

import org.jspecify.annotations.NullMarked;
