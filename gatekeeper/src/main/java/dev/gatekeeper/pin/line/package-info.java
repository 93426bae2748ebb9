/**
 * What the line of an entry starts.
 *
 * <p>Invariant: told by its words alone: nothing is opened or asked; what is not understood is
 * unknown, never a guess.
 */
@NullMarked
package dev.gatekeeper.pin.line;

import org.jspecify.annotations.NullMarked;
