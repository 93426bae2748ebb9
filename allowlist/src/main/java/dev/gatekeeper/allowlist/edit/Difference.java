package dev.gatekeeper.allowlist.edit;

/**
 * Something of a foreign configuration that an allow-list says in another way or not at all.
 *
 * @param server its name there
 * @param message what differs
 * @param fix what was done about it, or what is to do
 */
public record Difference(String server, String message, String fix) {}
