package dev.gatekeeper.catalog;

import dev.gatekeeper.json.Slice;

/**
 * One definition as a server gave it.
 *
 * @param name the server's own name, URI or URI template
 */
public record Offered(String name, Slice definition) {}
