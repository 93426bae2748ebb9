package dev.gatekeeper.catalog;

import dev.gatekeeper.wire.Slice;

/**
 * One definition as the agent sees it.
 *
 * @param server the server that offers it
 * @param name the server's own name, URI or URI template
 * @param publicName what the agent calls it
 * @param definition the definition, the server's bytes but for the name
 */
public record Item(String server, String name, String publicName, Slice definition) {}
