/**
 * A branch of a recorded remote, as the remote itself says it is now.
 *
 * <p>Invariant: what lies on this machine, the repository, its configuration or our own copy of
 * objects, changes nothing of what the branch is said to hold.
 */
@NullMarked
package dev.gatekeeper.trust.follow;

import org.jspecify.annotations.NullMarked;
