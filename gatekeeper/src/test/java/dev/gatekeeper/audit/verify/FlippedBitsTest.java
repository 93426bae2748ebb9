package dev.gatekeeper.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Block;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.audit.verify.mac.BlockMacs;
import dev.gatekeeper.audit.verify.mac.Ratchet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each bit of a log and of its checkpoint counts. */
@Timeout(120)
final class FlippedBitsTest {
  @TempDir Path folder;

  @Test
  void everyFlippedBitIsSeen() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 50);
    Path segment = log.resolve(SampleLog.SEGMENT);
    byte[] bytes = Files.readAllBytes(segment);
    var state = StateView.parse(new Hashing(), Files.readAllBytes(log.resolve("state")));
    var latest = SignedCheckpoint.parseAll(Files.readAllBytes(log.resolve("checkpoints/latest")));
    List<Block> lines = new ArrayList<>();
    for (int from = 0, to = 0; to < bytes.length; to++) {
      if (bytes[to] == '\n') {
        lines.add(Block.of(Path.of(SampleLog.SEGMENT), bytes, from, to + 1));
        from = to + 1;
      }
    }
    assertThat(walk(lines, state, latest).finding()).isEmpty();
    for (int i = 0; i < lines.size(); i++) {
      // A flipped line feed joins a line to the next: both are read anew, and behind a line that
      // is in order, as most lines are read.
      int before = Math.max(0, i - 1);
      int both = Math.min(i + 2, lines.size());
      int from = (int) lines.get(before).offset(0);
      int end = (int) lines.get(both - 1).next();
      for (int at = (int) lines.get(i).offset(0); at < lines.get(i).next(); at++) {
        for (int bit = 0; bit < 8; bit++) {
          bytes[at] ^= (byte) (1 << bit);
          List<Block> altered = new ArrayList<>(lines.subList(0, before));
          altered.add(Block.of(Path.of(SampleLog.SEGMENT), bytes, from, end));
          altered.addAll(lines.subList(both, lines.size()));
          if (walk(altered, state, latest).sound()) {
            throw new AssertionError("bit " + bit + " of byte " + at + " is not seen");
          }
          bytes[at] ^= (byte) (1 << bit);
        }
      }
    }
  }

  /** As the verifier does, without files: 170,000 times. */
  private static AuditReport walk(
      List<Block> blocks, Optional<StateView> state, Optional<List<SignedCheckpoint>> latest) {
    Walk walk = new Walk(new Hashing(), new Ratchet(null), state);
    walk.expect(latest, Format.LATEST);
    boolean more = true;
    for (int i = 0; more && i < blocks.size(); i++) {
      more = walk.take(new ReadAhead.Stretch(blocks.get(i), new BlockMacs()));
    }
    return walk.finish(Optional.empty());
  }

  @Test
  void everyFlippedBitOfACheckpointIsSeen() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 3);
    Path latest = log.resolve("checkpoints/latest");
    byte[] original = Files.readAllBytes(latest);
    for (int at = 0; at < original.length; at += 3) {
      byte[] altered = original.clone();
      altered[at] ^= (byte) (1 << (at % 8));
      Files.write(latest, altered);
      if (AuditVerifier.withoutKey().verify(log).sound()) {
        throw new AssertionError("byte " + at + " is not seen");
      }
    }
  }
}
