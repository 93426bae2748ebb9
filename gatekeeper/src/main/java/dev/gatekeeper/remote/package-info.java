/**
 * Conversations with servers elsewhere: MCP over Streamable HTTP, and over HTTP with SSE as of
 * 2024-11-05.
 *
 * <p>Invariant: each message is sent once, in a request of its own, to the origin of its entry; a
 * request that could not be answered is told as such, with whether it may have had an effect.
 */
@NullMarked
package dev.gatekeeper.remote;

import org.jspecify.annotations.NullMarked;
