package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.upkeep.Pruning;
import dev.gatekeeper.audit.upkeep.Recovery;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes the test vectors of what a log becomes in time: files that follow each other, a pruned
 * beginning, a lost end that was given up. One fault each. A program, not a test: run it after
 * {@link AuditVectors}, look at the verdicts that it adds to the index, and commit them.
 */
public final class UpkeepVectors {
  /** A few records fill a file. */
  private static final AuditOptions SMALL = SampleLog.segmented(1_500);

  private interface Edit {
    void apply(Path log) throws Exception;
  }

  private final Path folder;

  private UpkeepVectors(Path folder) {
    this.folder = folder;
  }

  /** Argument: the directory of the vectors. */
  public static void main(String[] args) throws Exception {
    UpkeepVectors vectors = new UpkeepVectors(Path.of(args[0]));
    Path work = Files.createTempDirectory("vectors");
    vectors.rotation(SampleLog.closed(work.resolve("rotated"), 12, SMALL));
    Path pruned = SampleLog.closed(work.resolve("pruned"), 12, SMALL);
    try (AuditLog open = AuditLog.open(pruned, SMALL)) {
      Pruning.prune(open, Instant.parse("9999-01-01T00:00:00Z"));
      SampleLog.append(open, 2);
    }
    vectors.pruning(pruned);
    Path lost = SampleLog.closed(work.resolve("lost"), 9);
    SampleLog.write(lost, SampleLog.lines(lost).subList(0, 6));
    Recovery.recover(lost, SampleLog.options(), true, records -> {});
    try (AuditLog open = AuditLog.open(lost, SampleLog.options())) {
      SampleLog.append(open, 2);
    }
    vectors.recovery(lost);
    vectors.states(work.resolve("rotated"));
    vectors.keptEpoch(work.resolve("kept"));
    System.exit(0);
  }

  /** States that nobody wrote: a checksum needs no key. */
  void states(Path base) throws Exception {
    add("rotation-state-empty", base, log -> Files.createFile(log.resolve("state")));
    add(
        "rotation-state-too-long",
        base,
        log -> Files.write(log.resolve("state"), Arrays.copyOf(state(base), 8193)));
    add("rotation-unknown-line-before-a-file", base, log -> unknownLine(base, log));
  }

  /** All that was acknowledged and signed stands before the line, but not before the files. */
  static void unknownLine(Path base, Path log) throws Exception {
    Files.delete(log.resolve("checkpoints/latest"));
    Path first = Segment.all(log).getFirst();
    Path second = Segment.all(log).get(1);
    Files.writeString(second, "x\n" + Files.readString(second));
    byte[] last = Files.readAllLines(first).getLast().getBytes(StandardCharsets.UTF_8);
    byte[] hash = new byte[Format.HASH];
    new Hashing().leaf(last, 0, last.length, hash, 0);
    ByteBuffer state = ByteBuffer.wrap(state(base));
    for (int slot = 0; slot < state.capacity(); slot += Format.SLOT) {
      state.putLong(slot + 32, Segment.first(second)).putLong(slot + 40, Files.size(first));
      state.putLong(slot + 48, 0).putLong(slot + 56, Segment.first(second)).put(slot + 120, hash);
    }
    seal(log, state);
  }

  private static byte[] state(Path log) throws IOException {
    return Files.readAllBytes(log.resolve("state"));
  }

  /** Writes slots with a checksum that fits. */
  static void seal(Path log, ByteBuffer state) throws Exception {
    byte[] bytes = new byte[state.capacity()];
    state.get(0, bytes);
    int end = Format.SLOT - Format.HASH;
    for (int slot = 0; slot < bytes.length; slot += Format.SLOT) {
      byte[] part = Arrays.copyOfRange(bytes, slot, slot + end);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(part);
      System.arraycopy(hash, 0, bytes, slot + end, hash.length);
    }
    Files.write(log.resolve("state"), bytes);
  }

  /** Two lines are kept of the first file: its keys, and those of the next epoch. */
  void keptEpoch(Path base) throws Exception {
    Path _ = SampleLog.closed(base, 3, SMALL);
    byte[] auditor = SealKeyPair.generate().publicKey();
    try (AuditLog open = AuditLog.open(base, SMALL.recipients(() -> Map.of("auditor", auditor)))) {
      SampleLog.append(open, 12);
      Pruning.prune(open, Instant.parse("9999-01-01T00:00:00Z"));
      SampleLog.append(open, 2);
    }
    Path kept = Path.of("log/00000000000000000000.kept");
    add("prune-sound-with-two-kept", base, log -> {});
    add("prune-kept-swapped", base, log -> lines(log.resolve(kept), Collections::reverse));
    add("prune-kept-epoch-missing", base, log -> lines(log.resolve(kept), List::removeLast));
    add(
        "prune-sound-with-a-torn-kept",
        base,
        log -> Files.writeString(log.resolve(kept), "{\"v\"", StandardOpenOption.APPEND));
  }

  private void rotation(Path base) throws Exception {
    add("rotation-sound", base, log -> {});
    add("rotation-sound-with-state", base, log -> copy(base, log, "state"));
    add(
        "rotation-sound-beside-a-conflicted-copy",
        base,
        log -> {
          Path first = Segment.all(log).getFirst();
          Files.copy(first, first.resolveSibling("00000000000000000000 (conflicted copy).jsonl"));
        });
    add("rotation-file-missing", base, log -> Files.delete(Segment.all(log).get(1)));
    add(
        "rotation-file-renamed",
        base,
        log -> {
          Path second = Segment.all(log).get(1);
          Files.move(second, Segment.path(log, Segment.first(second) + 1));
        });
    add(
        "rotation-close-cut",
        base,
        log -> lines(Segment.all(log).getFirst(), all -> all.removeLast()));
    add(
        "rotation-files-exchanged",
        base,
        log -> {
          List<Path> files = Segment.all(log);
          byte[] second = Files.readAllBytes(files.get(1));
          Files.write(files.get(1), Files.readAllBytes(files.getFirst()));
          Files.write(files.getFirst(), second);
        });
  }

  private void pruning(Path base) throws Exception {
    String kept = "log/00000000000000000000.kept";
    add("prune-sound", base, log -> {});
    add("prune-sound-with-state", base, log -> copy(base, log, "state"));
    add("prune-tile-missing", base, log -> Files.delete(tile(log)));
    add("prune-tile-too-short", base, log -> Files.write(tile(log), new byte[32]));
    add(
        "prune-tile-altered",
        base,
        log -> {
          byte[] hashes = Files.readAllBytes(tile(log));
          hashes[40] ^= 1;
          Files.write(tile(log), hashes);
        });
    add("prune-kept-missing", base, log -> Files.delete(log.resolve(kept)));
    add(
        "prune-kept-altered",
        base,
        log -> lines(log.resolve(kept), all -> all.set(0, all.get(0).replace("-code", "-c0de"))));
    add("prune-kept-twice", base, log -> lines(log.resolve(kept), all -> all.add(all.get(0))));
    add(
        "prune-not-told",
        base,
        log -> {
          Files.delete(log.resolve("checkpoints/latest"));
          Path last = Segment.all(log).getLast();
          lines(last, all -> all.subList(prune(all), all.size()).clear());
        });
  }

  private void recovery(Path base) throws Exception {
    Path file = Path.of(SampleLog.SEGMENT);
    add("recover-sound", base, log -> {});
    add("recover-sound-with-state", base, log -> copy(base, log, "state"));
    add(
        "recover-epoch-repeated",
        base,
        log ->
            lines(
                log.resolve(file),
                all -> all.set(6, all.get(6).replace("epoch\":\"1", "epoch\":\"0"))));
    keys(base);
    add(
        "recover-cut",
        base,
        log -> lines(log.resolve(file), all -> all.subList(6, all.size()).clear()));
    add("recover-removed", base, log -> lines(log.resolve(file), all -> all.remove(6)));
    add(
        "recover-signed-by-another",
        base,
        log ->
            lines(
                log.resolve("checkpoints/latest"),
                all -> all.set(4, all.get(4).replace("/epoch-1 ", "/epoch-0 "))));
  }

  void keys(Path base) throws Exception {
    Path file = Path.of(SampleLog.SEGMENT);
    add(
        "recover-epoch-skipped",
        base,
        log ->
            lines(
                log.resolve(file),
                all -> all.set(6, all.get(6).replace("epoch\":\"1", "epoch\":\"2"))));
    add(
        "recover-epoch-without-a-key",
        base,
        log ->
            lines(
                log.resolve(file),
                all -> all.set(6, all.get(6).replaceFirst("\"epoch_key\":\"[^\"]*\",", ""))));
  }

  private static int prune(List<String> all) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).contains("\"event\":\"prune\"")) {
        return i;
      }
    }
    throw new AssertionError("no record tells of the pruning");
  }

  static Path tile(Path log) throws IOException {
    try (Stream<Path> all = Files.walk(log.resolve("tiles/0"))) {
      return all.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  private interface Lines {
    void edit(List<String> all);
  }

  private static void lines(Path file, Lines edit) throws IOException {
    List<String> all = new ArrayList<>(Files.readAllLines(file));
    edit.edit(all);
    Files.writeString(file, all.isEmpty() ? "" : String.join("\n", all) + "\n");
  }

  private static void copy(Path from, Path to, String name) throws IOException {
    Files.createDirectories(to.resolve(name).getParent());
    Files.copy(from.resolve(name), to.resolve(name));
  }

  private void add(String name, Path base, Edit edit) throws Exception {
    Path log = folder.resolve(name);
    try (Stream<Path> all = Files.walk(base)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        String relative = base.relativize(path).toString();
        if (relative.matches("(log|checkpoints|tiles)/.*")) {
          copy(base, log, relative);
        }
      }
    }
    edit.apply(log);
    Files.writeString(
        folder.resolve("index.txt"),
        name + " " + VectorsTest.verdict(log) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
