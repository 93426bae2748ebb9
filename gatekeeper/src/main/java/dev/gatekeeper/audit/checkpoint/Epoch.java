package dev.gatekeeper.audit.checkpoint;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.seal.Seal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** A stretch of the log under one signing key and one MAC key. */
public final class Epoch {
  /** Records of an epoch: what a thief of today's keys could at most sign again. */
  public static final long MAX_RECORDS = 1024;

  /** Milliseconds of an epoch in which records are written. */
  public static final long MAX_AGE = 3_600_000;

  private static final int MAX_RECIPIENTS = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final long number;
  private final long first;
  private final long started;
  private final SigningKey key;
  private final byte[] recipients;

  /**
   * @param first n of the record that introduces the epoch
   * @param started milliseconds since 1970
   * @param recipients digest of those whom its MAC key is sealed to
   */
  public Epoch(long number, long first, long started, SigningKey key, byte[] recipients) {
    this.number = number;
    this.first = first;
    this.started = started;
    this.key = key;
    this.recipients = recipients;
  }

  /** With a fresh signing key. */
  public static Epoch begin(long number, long first, Moment moment, byte[] recipients) {
    return new Epoch(number, first, moment.wall(), SigningKey.generate(), recipients);
  }

  /** The same epoch, its MAC key sealed to others. */
  public Epoch sealedTo(byte[] others) {
    return new Epoch(number, first, started, key, others);
  }

  public long number() {
    return number;
  }

  public long first() {
    return first;
  }

  public long started() {
    return started;
  }

  public SigningKey key() {
    return key;
  }

  public byte[] recipients() {
    return recipients;
  }

  /**
   * Whether its key signs for record {@code n}. The record that introduces a key is signed by the
   * one before.
   */
  public boolean covers(long n) {
    return n > first || number == 0;
  }

  /** Whether the next record should begin another one. A clock that was set back ends it, too. */
  public boolean over(long n, long now) {
    return n - first >= MAX_RECORDS || Math.abs(now - started) > MAX_AGE;
  }

  public static byte[] newMacKey() {
    byte[] key = new byte[Format.HASH];
    RANDOM.nextBytes(key);
    return key;
  }

  public static byte[] digest(Digests digests, Map<String, byte[]> recipients) {
    byte[] digest = new byte[Format.HASH];
    for (Map.Entry<String, byte[]> recipient : new TreeMap<>(recipients).entrySet()) {
      byte[] label = recipient.getKey().getBytes(StandardCharsets.UTF_8);
      digest = digests.hash(digest, digests.hash(label), recipient.getValue());
    }
    return digest;
  }

  /**
   * The field {@code mac_seal}: the MAC key of record {@code n} sealed to each recipient, so that
   * whoever opens one can check the MACs from there to the end of the epoch. Who has a key to which
   * nothing can be sealed has no part: the log does not depend on what somebody wrote as their key.
   */
  public static String seal(byte[] logId, long n, byte[] macKey, Map<String, byte[]> recipients) {
    if (recipients.size() > MAX_RECIPIENTS) {
      throw new IllegalArgumentException("more than " + MAX_RECIPIENTS + " recipients");
    }
    StringBuilder text = new StringBuilder();
    byte[] info = Format.SEAL_INFO.getBytes(StandardCharsets.US_ASCII);
    byte[] aad = ByteBuffer.allocate(Format.LOG_ID + 8).put(logId).putLong(n).array();
    new TreeMap<>(recipients)
        .forEach(
            (label, publicKey) -> {
              if (!label.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new IllegalArgumentException("not a label of a recipient");
              }
              byte[] sealed;
              try {
                sealed = Seal.to(publicKey, info, aad, macKey);
              } catch (IllegalArgumentException e) {
                return;
              }
              text.append(text.isEmpty() ? "" : " ").append(label).append(':');
              text.append(Base64.getUrlEncoder().withoutPadding().encodeToString(sealed));
            });
    return text.isEmpty() ? Format.NO_SEAL : text.toString();
  }
}
