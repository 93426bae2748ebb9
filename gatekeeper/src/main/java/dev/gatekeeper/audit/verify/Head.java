package dev.gatekeeper.audit.verify;

/**
 * A checkpoint that was kept elsewhere.
 *
 * @param name where it was kept, for a finding
 */
public record Head(SignedCheckpoint note, String name) {}
