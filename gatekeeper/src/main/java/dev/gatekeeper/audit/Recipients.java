package dev.gatekeeper.audit;

import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.record.Digests;
import java.util.Arrays;
import java.util.Map;

/**
 * Whom the MAC key of an epoch is sealed to. They are asked for once an epoch: what the answer
 * comes from may be another one a moment later, and the digest that the state keeps, by which a
 * change begins the next epoch, has to be of those who have a seal in the record.
 */
final class Recipients {
  private final AuditOptions options;
  private final Digests digests;
  private Map<String, byte[]> asked = Map.of();

  /** Of those. None before the first question: that of nobody would be an answer. */
  private byte[] digest = {};

  Recipients(AuditOptions options, Digests digests) {
    this.options = options;
    this.digests = digests;
  }

  /** Asks who they are now; their digest. */
  byte[] ask() {
    asked = Map.copyOf(options.recipients());
    digest = Epoch.digest(digests, asked);
    return digest;
  }

  /**
   * {@code epoch} itself where it was begun for those who were asked for last. Else, as where the
   * process that began it is gone, the same epoch for those of now.
   */
  Epoch settled(Epoch epoch) {
    return Arrays.equals(epoch.recipients(), digest) ? epoch : epoch.sealedTo(ask());
  }

  /** Those who were asked for last, by label. */
  Map<String, byte[]> asked() {
    return asked;
  }
}
