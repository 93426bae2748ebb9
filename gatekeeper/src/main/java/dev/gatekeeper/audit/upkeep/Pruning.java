package dev.gatekeeper.audit.upkeep;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.checkpoint.Tiles;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Line;
import dev.gatekeeper.files.DurableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes whole old segments off the beginning of a log, and leaves what verification of the rest
 * needs: the hash of each record, and the lines that introduce keys.
 *
 * <p>Each step may be the last one: hashes and lines are durable; the record that tells of it is
 * durable; then the files go. Whoever prunes again does the rest.
 */
public final class Pruning {
  /** Kept as they are: the verdict on the rest hangs on them. */
  private static final Set<String> KEPT =
      Stream.of(Event.LOG_OPEN, Event.KEY_EPOCH, Event.RECOVER, Event.PRUNE)
          .map(event -> ",\"event\":\"" + event.text() + "\"")
          .collect(Collectors.toSet());

  private static final int BUFFER = 1 << 20;

  private final Path directory;
  private final Digests digests = new Digests();

  private Pruning(Path directory) {
    this.directory = directory;
  }

  /**
   * Prunes the segments of which all records are older than {@code before}; never the last one. The
   * log tells of it, and what is left can be verified as before.
   *
   * @return how many records that were
   */
  public static long prune(AuditLog log, Instant before) throws AuditException {
    try {
      return new Pruning(log.directory()).run(log, before);
    } catch (IOException e) {
      throw AuditException.of(e, log.directory());
    }
  }

  private long run(AuditLog log, Instant before) throws IOException, AuditException {
    List<Path> files = Segment.all(directory);
    String limit = Line.time(before.toEpochMilli());
    List<Path> old = new ArrayList<>();
    while (old.size() < files.size() - 1 && lastTime(files.get(old.size())).compareTo(limit) < 0) {
      old.add(files.get(old.size()));
    }
    if (old.isEmpty()) {
      return 0;
    }
    long from = Segment.first(files.getFirst());
    long end = Segment.first(files.get(old.size()));
    Tiles tiles = new Tiles(directory, from);
    for (Path file : old) {
      keep(file, tiles);
    }
    tiles.flush();
    log.append(
        Entry.of(Event.PRUNE)
            .with(Field.REF, end)
            .with(Field.REASON, "records " + from + " to " + (end - 1) + " are pruned"));
    for (Path file : old) {
      Files.deleteIfExists(file);
    }
    DurableFile.syncDirectory(directory.resolve(Format.LOG_DIRECTORY));
    return end - from;
  }

  private void keep(Path file, Tiles tiles) throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    try (Segment segment = Segment.open(file)) {
      long at = 0;
      while (at < segment.size()) {
        byte[] bytes = segment.read(at, Math.min(segment.size(), at + BUFFER));
        int from = 0;
        for (int to = 0; to < bytes.length; to++) {
          if (bytes[to] == '\n') {
            tiles.add(digests.leaf(bytes, from, to));
            String line = new String(bytes, from, to - from, StandardCharsets.UTF_8);
            if (KEPT.stream().anyMatch(line::contains)) {
              kept.write(bytes, from, to - from + 1);
            }
            from = to + 1;
          }
        }
        if (from == 0) {
          throw new IOException(file + " does not end with a whole line");
        }
        at += from;
      }
    }
    String name = file.getFileName().toString().replace(Format.SEGMENT_SUFFIX, Format.KEPT_SUFFIX);
    DurableFile.replace(file.resolveSibling(name), kept.toByteArray());
  }

  /** The {@code time} of the last record. */
  private static String lastTime(Path file) throws IOException {
    try (Segment segment = Segment.open(file)) {
      byte[] end = segment.read(Math.max(0, segment.size() - Format.MAX_LINE - 2), segment.size());
      String text = new String(end, StandardCharsets.UTF_8).stripTrailing();
      String line = text.substring(text.lastIndexOf('\n') + 1);
      String key = "\",\"time\":\"";
      int at = line.indexOf(key) + key.length();
      return line.substring(at, Math.min(line.length(), at + "2026-01-31T23:59:59.999Z".length()));
    }
  }
}
