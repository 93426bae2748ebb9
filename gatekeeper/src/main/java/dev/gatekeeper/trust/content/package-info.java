/**
 * The texts that are trusted: those that people trusted, kept beside the store that has their
 * digests, and the lock beside a list.
 *
 * <p>Invariant: a kept text is given for its own digest, or not at all.
 */
@NullMarked
package dev.gatekeeper.trust.content;

import org.jspecify.annotations.NullMarked;
