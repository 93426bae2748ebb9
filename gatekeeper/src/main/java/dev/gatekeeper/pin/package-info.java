/**
 * The checked cache of pinned programs.
 *
 * <p>Invariant: what runs is what was reviewed: each byte is compared with the lock before the
 * program is started, and nothing is fetched for it then.
 */
@NullMarked
package dev.gatekeeper.pin;

import org.jspecify.annotations.NullMarked;
