package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.trust.auditor.Auditor;

/** An auditor as people compare them: the trust store keeps the keys, a team knows the form. */
final class Shown {
  private Shown() {}

  static String fingerprint(Auditor auditor) {
    return identity(auditor).fingerprint();
  }

  static PublicIdentity identity(Auditor auditor) {
    return new PublicIdentity(auditor.sealKey(), auditor.signKey());
  }
}
