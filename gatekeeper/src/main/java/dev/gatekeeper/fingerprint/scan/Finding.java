package dev.gatekeeper.fingerprint.scan;

/**
 * Where a value stands.
 *
 * @param reference of the secret
 * @param former whether it is a value that was replaced
 * @param encoding {@code plain}, or how it is written there, the innermost first
 * @param path as it was named
 * @param line counted from 1
 */
public record Finding(String reference, boolean former, String encoding, String path, long line) {}
