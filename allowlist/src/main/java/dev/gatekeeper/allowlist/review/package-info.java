/**
 * What a list grants, and what a change of it grants more: for who reviews it.
 *
 * <p>Invariant: what is not provably a removal counts as growth; nothing that looks like a secret
 * is repeated.
 */
@NullMarked
package dev.gatekeeper.allowlist.review;

import org.jspecify.annotations.NullMarked;
