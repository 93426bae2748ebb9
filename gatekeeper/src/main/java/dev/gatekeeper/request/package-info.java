/**
 * What agents ask for by name: a server, a tool, a secret.
 *
 * <p>Invariant: what an agent writes here grants nothing; a person turns it into an entry of a
 * list, or does not.
 */
@NullMarked
package dev.gatekeeper.request;

import org.jspecify.annotations.NullMarked;
