/**
 * Which list is in force, and the proof that a person is present.
 *
 * <p>Invariant: nothing that an agent can do widens it.
 */
@NullMarked
package dev.gatekeeper.trust;

import org.jspecify.annotations.NullMarked;
