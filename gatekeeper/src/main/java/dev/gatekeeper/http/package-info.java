/**
 * A bounded HTTP client, over {@code java.net.http}.
 *
 * <p>Invariant: what is sent to one origin (RFC 6454) goes to no other; every answer is bounded in
 * bytes and in time; nothing that is said of a fault holds a path, a query, a header or a body.
 */
@NullMarked
package dev.gatekeeper.http;

import org.jspecify.annotations.NullMarked;
