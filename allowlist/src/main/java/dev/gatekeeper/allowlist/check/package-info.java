/**
 * What is to be said of one list and its lock before anybody trusts them.
 *
 * <p>Invariant: judged from the texts and the date alone; nothing that looks like a secret is
 * repeated.
 */
@NullMarked
package dev.gatekeeper.allowlist.check;

import org.jspecify.annotations.NullMarked;
