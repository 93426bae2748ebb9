/**
 * The reviewed allow-list: entries and rules, and what they decide.
 *
 * <p>Invariant: what an entry lacks is denied, and a decision depends on nothing but the list, the
 * request, the date and the view of paths that are handed in. No process, clock or network.
 */
@NullMarked
package dev.gatekeeper.allowlist;

import org.jspecify.annotations.NullMarked;
