/**
 * What the lock says of a server's program: which bytes are to run, and nothing of where they come
 * from.
 *
 * <p>Invariant: a pin with a key, a kind or a value that is not known here is no pin; what is
 * pinned never has a symbolic link, a path that leads out of its tree, or a weak digest.
 */
@NullMarked
package dev.gatekeeper.allowlist.pin;

import org.jspecify.annotations.NullMarked;
