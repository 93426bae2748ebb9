/**
 * What servers offer and which programs they are, started and asked for a person who locks.
 *
 * <p>Invariant: nothing is started that the person was not shown, and what is locked is what it
 * said then.
 */
@NullMarked
package dev.gatekeeper.cli.allowlist.lock;

import org.jspecify.annotations.NullMarked;
