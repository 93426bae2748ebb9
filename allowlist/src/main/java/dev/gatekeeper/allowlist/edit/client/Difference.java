package dev.gatekeeper.allowlist.edit.client;

/**
 * Something of a client's configuration that an allow-list says in another way or not at all.
 *
 * @param server its name there
 * @param message what differs
 * @param fix what was done about it, or what is to do
 */
public record Difference(String server, String message, String fix) {}
