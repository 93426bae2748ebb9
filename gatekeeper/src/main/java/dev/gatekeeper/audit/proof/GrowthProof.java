package dev.gatekeeper.audit.proof;

import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The proof that a log only grew since an older checkpoint, with the newer one: the body of an
 * {@code add-checkpoint} request of C2SP tlog-witness.
 *
 * @param old how many records the older checkpoint covers
 */
public record GrowthProof(long old, List<byte[]> path, SignedCheckpoint checkpoint) {
  /** Bytes of a proof: 63 hashes and a checkpoint. */
  public static final int MAX_BYTES = 8 << 10;

  private static final String OLD = "old ";

  /** The one text of this proof. */
  public String print() {
    StringBuilder text = new StringBuilder(OLD + old + "\n");
    path.forEach(hash -> text.append(InclusionProof.base64(hash)).append('\n'));
    return text.append('\n').append(checkpoint.note()).toString();
  }

  /** Reads a proof; nothing when any byte is out of place. */
  public static Optional<GrowthProof> parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf("\n\n");
    List<String> head = end < 0 ? List.of() : Arrays.asList(text.substring(0, end).split("\n", -1));
    if (bytes.length > MAX_BYTES
        || head.isEmpty()
        || head.size() > 1 + Merkle.MAX_PATH
        || !head.getFirst().matches(OLD + "[1-9][0-9]{0,17}")) {
      return Optional.empty();
    }
    Optional<List<byte[]>> path = InclusionProof.hashes(head.subList(1, head.size()));
    Optional<SignedCheckpoint> checkpoint =
        SignedCheckpoint.parseOne(text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
    if (path.isEmpty() || checkpoint.isEmpty()) {
      return Optional.empty();
    }
    long old = Long.parseLong(head.getFirst().substring(OLD.length()));
    return Optional.of(new GrowthProof(old, path.get(), checkpoint.get()))
        .filter(it -> Arrays.equals(it.print().getBytes(StandardCharsets.UTF_8), bytes));
  }

  /** Whether the newer checkpoint covers all that {@code older} does, and in the same words. */
  public boolean holdsSince(SignedCheckpoint older) {
    return older.origin().equals(checkpoint.origin())
        && older.size() == old
        && Merkle.extendsTo(old, older.root(), checkpoint.size(), checkpoint.root(), path);
  }
}
