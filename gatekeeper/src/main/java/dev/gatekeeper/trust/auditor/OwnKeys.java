package dev.gatekeeper.trust.auditor;

import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.text.Base64Url;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The public halves of which a person has the private ones, in base64url. An auditor with one of
 * them is nobody else: what opens the vault without a person has the identity's half, and is to
 * open no key of the log; and a word made of one half of theirs and one of a stranger's has the
 * fingerprint of nobody.
 */
public final class OwnKeys {
  private final Set<String> halves = new TreeSet<>();

  /**
   * @param vault of the person
   * @param identity the X25519 half of the identity that the vault holds, where it holds one
   */
  public OwnKeys(Header vault, Optional<String> identity) {
    halves.add(Base64Url.of(vault.auditPublicKey()));
    halves.add(vault.trustPublicKey());
    identity.ifPresent(halves::add);
  }

  /** Whether either half of the auditor is one of these. */
  public boolean holdsHalfOf(Auditor auditor) {
    return halves.contains(auditor.sealKey()) || halves.contains(auditor.signKey());
  }
}
