/**
 * Where a person keeps secrets beside the vault: one table of programs that give a value.
 *
 * <p>Invariant: a source gives the value that its store holds, or a reason; never an empty one, a
 * part of one, or a word in its place.
 */
@NullMarked
package dev.gatekeeper.source;

import org.jspecify.annotations.NullMarked;
