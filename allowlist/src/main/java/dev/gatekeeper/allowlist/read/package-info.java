/**
 * Reads the text of a list.
 *
 * <p>Invariant: a text becomes a list as a whole or not at all; whatever it holds that is not
 * understood is a problem at its place.
 */
@NullMarked
package dev.gatekeeper.allowlist.read;

import org.jspecify.annotations.NullMarked;
