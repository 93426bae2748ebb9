/**
 * How the references of a list are spelt, source by source.
 *
 * <p>Invariant: no name of a reference leaves its place in a store, or reads as an option.
 */
@NullMarked
package dev.gatekeeper.allowlist.reference;

import org.jspecify.annotations.NullMarked;
