/**
 * The reviewed allow-list: reads its text, decides.
 *
 * <p>Invariant: what an entry lacks is denied, and a decision depends on nothing but the list, the
 * request, the date and the path resolver that are handed in. No process, clock or network.
 */
@NullMarked
package dev.gatekeeper.allowlist;

import org.jspecify.annotations.NullMarked;
