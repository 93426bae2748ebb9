/**
 * The lines that vaults and what belongs to them are written in.
 *
 * <p>Invariant: a text has one form, and what is read is what would be written; a fault is told by
 * its place and never by what stands there.
 */
@NullMarked
package dev.gatekeeper.vault.text;

import org.jspecify.annotations.NullMarked;
