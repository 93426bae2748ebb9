package dev.gatekeeper.vault;

/**
 * What a header says about one slot.
 *
 * @param kind {@code passphrase}, {@code keyring}, {@code recipient}, or one that is not known here
 * @param label unique in the vault
 * @param publicKey X25519, base64url
 */
public record SlotInfo(String kind, String label, String publicKey) {}
