/**
 * What the agent sees: names, lists, instructions.
 *
 * <p>Invariant: listed is allowed; adding a server renames nothing.
 */
@NullMarked
package dev.gatekeeper.catalog;

import org.jspecify.annotations.NullMarked;
