/**
 * Where the configurations of MCP clients lie on this machine, and how they are taken over.
 *
 * <p>Invariant: only names that the clients document are looked at, none of them is changed, and no
 * file of a project leads out of it by a link.
 */
@NullMarked
package dev.gatekeeper.cli.allowlist.client;

import org.jspecify.annotations.NullMarked;
