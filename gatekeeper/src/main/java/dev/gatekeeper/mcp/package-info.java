/**
 * What MCP and JSON-RPC 2.0 say of messages: the two ends of a handshake, ids and their answers,
 * the members that are read on the way, the messages that we write ourselves.
 *
 * <p>Invariant: an id goes back as it was written, and once; of what another side wrote, the named
 * members are read, and nothing else is touched.
 */
@NullMarked
package dev.gatekeeper.mcp;

import org.jspecify.annotations.NullMarked;
