/**
 * Servers behind us: launch, supervision, end.
 *
 * <p>Invariant: a child starts from an empty environment; its death answers every pending call; no
 * orphan survives us.
 */
@NullMarked
package dev.gatekeeper.downstream;

import org.jspecify.annotations.NullMarked;
