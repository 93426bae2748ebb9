/**
 * The MCP servers of other programs' configurations, said as entries of a list.
 *
 * <p>Invariant: what a client's file means and a list cannot say is named and never guessed; no
 * value that looks like a secret leaves this package but by {@code NeededSecret.unsafeValue}.
 */
@NullMarked
package dev.gatekeeper.allowlist.edit.client;

import org.jspecify.annotations.NullMarked;
