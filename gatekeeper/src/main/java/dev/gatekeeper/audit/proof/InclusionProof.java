package dev.gatekeeper.audit.proof;

import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.audit.verify.line.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A record with the proof that it is in a log (C2SP tlog-proof). Extra data are the record's line,
 * a line feed, the identity key, a space, the key of the checkpoint's epoch (both base64url), a
 * line feed.
 *
 * @param n of the record
 * @param line the record, without its line feed
 * @param keys as the proof claims them
 * @param path hashes from the record's sibling up to below the root
 */
public record InclusionProof(
    long n, String line, Keys keys, List<byte[]> path, SignedCheckpoint checkpoint) {
  /** What a proof must have as its first line. */
  static final String HEADER = "c2sp.org/tlog-proof@v1";

  /** Bytes of a proof: a line of 64 KiB in base64, 63 hashes and a checkpoint. */
  public static final int MAX_BYTES = 128 << 10;

  private static final String EXTRA = "extra ";
  private static final String INDEX = "index ";

  /**
   * The keys that a proof brings with it: claims, until somebody compares them.
   *
   * @param identity public key of the log
   * @param epoch public key of the checkpoint's epoch
   */
  public record Keys(String identity, String epoch) {}

  /** Why a proof does not hold. */
  public enum Fault {
    /** The extra data are not a record of that number in that log. */
    RECORD,
    /** The record is not in the tree that was signed. */
    PATH,
    /** The checkpoint is not signed by the two keys. */
    SIGNATURE
  }

  /** The one text of this proof. */
  public String print() {
    String extra = line + "\n" + keys.identity() + " " + keys.epoch() + "\n";
    StringBuilder text = new StringBuilder(HEADER + "\n");
    text.append(EXTRA).append(base64(extra.getBytes(StandardCharsets.UTF_8))).append('\n');
    text.append(INDEX).append(n).append('\n');
    path.forEach(hash -> text.append(base64(hash)).append('\n'));
    return text.append('\n').append(checkpoint.note()).toString();
  }

  /** Reads a proof; nothing when any byte is out of place. */
  public static Optional<InclusionProof> parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf("\n\n");
    List<String> head = end < 0 ? List.of() : Arrays.asList(text.substring(0, end).split("\n", -1));
    if (bytes.length > MAX_BYTES
        || head.size() < 3
        || head.size() > 3 + Merkle.MAX_PATH
        || !head.get(0).equals(HEADER)
        || !head.get(1).startsWith(EXTRA)
        || !head.get(2).matches(INDEX + "(0|[1-9][0-9]{0,17})")) {
      return Optional.empty();
    }
    Optional<byte[]> extra = SignedCheckpoint.base64(head.get(1).substring(EXTRA.length()));
    Optional<List<byte[]>> path = hashes(head.subList(3, head.size()));
    Optional<SignedCheckpoint> checkpoint =
        SignedCheckpoint.parseOne(text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
    if (extra.isEmpty() || path.isEmpty() || checkpoint.isEmpty()) {
      return Optional.empty();
    }
    long n = Long.parseLong(head.get(2).substring(INDEX.length()));
    // One spelling: what was read prints as what was read.
    return extra(extra.get())
        .map(it -> new InclusionProof(n, it.line(), it.keys(), path.get(), checkpoint.get()))
        .filter(it -> Arrays.equals(it.print().getBytes(StandardCharsets.UTF_8), bytes));
  }

  private record Extra(String line, Keys keys) {}

  private static Optional<Extra> extra(byte[] extra) {
    String[] lines = new String(extra, StandardCharsets.UTF_8).split("\n", -1);
    String[] keys = lines.length == 3 ? lines[1].split(" ", -1) : new String[0];
    return keys.length == 2
        ? Optional.of(new Extra(lines[0], new Keys(keys[0], keys[1])))
        : Optional.empty();
  }

  static Optional<List<byte[]>> hashes(List<String> lines) {
    List<byte[]> hashes = new ArrayList<>();
    for (String line : lines) {
      Optional<byte[]> hash = SignedCheckpoint.base64(line);
      if (hash.isEmpty() || hash.get().length != Format.HASH) {
        return Optional.empty();
      }
      hashes.add(hash.get());
    }
    return Optional.of(hashes);
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * The record, when it is in the tree that the checkpoint names. Whether the keys are those of the
   * log, the caller must know from elsewhere.
   */
  public Optional<Fault> fault() {
    Optional<AuditRecord> record = record();
    if (record.isEmpty() || !isOfLog(record.get())) {
      return Optional.of(Fault.RECORD);
    }
    if (!includes()) {
      return Optional.of(Fault.PATH);
    }
    Optional<byte[]> identity = AuditRecord.key(keys.identity());
    Optional<byte[]> epoch = AuditRecord.key(keys.epoch());
    return identity.isPresent()
            && epoch.isPresent()
            && checkpoint.epoch().isPresent()
            && checkpoint.isSignedBy(checkpoint.epoch().getAsLong(), epoch.get(), identity.get())
        ? Optional.empty()
        : Optional.of(Fault.SIGNATURE);
  }

  /** The record, when the line is one. */
  public Optional<AuditRecord> record() {
    return AuditRecord.parse(line.getBytes(StandardCharsets.UTF_8));
  }

  private boolean isOfLog(AuditRecord record) {
    return record.n() == n && checkpoint.origin().equals(Format.ORIGIN + record.logId());
  }

  boolean includes() {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    byte[] leaf = new byte[Format.HASH];
    new Hashing().leaf(bytes, 0, bytes.length, leaf, 0);
    return Merkle.includes(leaf, n, checkpoint.size(), path, checkpoint.root());
  }
}
