package dev.gatekeeper.audit.proof;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.LogLines;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes proofs from a log. Each was checked before it is handed out. */
public final class Prover {
  /** Bytes of the file of closed epochs: 100,000 of them, a hundred million records. */
  private static final int MAX_EPOCHS_FILE = 64 << 20;

  /** Bytes of one checkpoint. */
  private static final int MAX_NOTE = 4096;

  private final Path log;
  private final LogLines lines;

  private Prover(Path log, LogLines lines) {
    this.log = log;
    this.lines = lines;
  }

  /** A prover for the log in {@code directory}. */
  public static Prover of(Path directory) throws IOException {
    return new Prover(directory, LogLines.of(directory));
  }

  /** The newest checkpoint of the log. */
  public SignedCheckpoint newest() throws IOException {
    Path file = log.resolve(Format.CHECKPOINT_DIRECTORY).resolve(Format.LATEST);
    return SignedCheckpoint.parseOne(DurableFile.readBounded(file, MAX_NOTE))
        .orElseThrow(() -> new IOException(file + " is not a checkpoint"));
  }

  /**
   * The proof that record {@code n} is among those that {@code head} covers.
   *
   * @throws IOException when the log does not have the record, or does not fit the checkpoint:
   *     verification says which
   */
  public InclusionProof inclusion(long n, SignedCheckpoint head) throws IOException {
    if (n >= head.size()) {
      throw new IOException("the checkpoint covers " + head.size() + " records, not record " + n);
    }
    String line = new String(lines.line(n), StandardCharsets.UTF_8);
    InclusionProof.Keys keys = keys(head);
    Tiles tiles = new Tiles(log, lines, head.size());
    for (int attempt = 0; attempt < 2; attempt++) {
      List<byte[]> path = new Merkle(tiles).inclusion(n, head.size());
      InclusionProof proof = new InclusionProof(n, line, keys, path, head);
      Optional<InclusionProof.Fault> fault = proof.fault();
      if (fault.isEmpty()) {
        return proof;
      }
      if (fault.get() != InclusionProof.Fault.PATH) {
        break;
      }
      tiles.rebuild();
    }
    throw new IOException("the log does not fit its checkpoint of " + head.size() + " records");
  }

  /** The proof that the log of {@code newer} only grew since {@code older}. */
  public GrowthProof growth(SignedCheckpoint older, SignedCheckpoint newer) throws IOException {
    if (older.size() > newer.size()) {
      throw new IOException("the log's newest checkpoint is older than the one to be compared");
    }
    Tiles tiles = new Tiles(log, lines, newer.size());
    for (int attempt = 0; attempt < 2; attempt++) {
      List<byte[]> path = new Merkle(tiles).consistency(older.size(), newer.size());
      GrowthProof proof = new GrowthProof(older.size(), path, newer);
      if (proof.holdsSince(older)) {
        return proof;
      }
      tiles.rebuild();
    }
    throw new IOException(
        "the log is not the one of the checkpoint of " + older.size() + " records");
  }

  /** The identity, and the key of the epoch that signed {@code head}. */
  public InclusionProof.Keys keys(SignedCheckpoint head) throws IOException {
    long epoch = head.epoch().orElseThrow(() -> new IOException("the checkpoint names no epoch"));
    AuditRecord open = opened();
    AuditRecord introduces = epoch == 0 ? open : record(introducing(epoch));
    return new InclusionProof.Keys(value(open, Field.IDENTITY), value(introduces, Field.EPOCH_KEY));
  }

  /**
   * The record that introduces an epoch is the last one of the checkpoint that closes the epoch
   * before, mostly the last of the file.
   */
  private long introducing(long epoch) throws IOException {
    Path file = log.resolve(Format.CHECKPOINT_DIRECTORY).resolve(Format.EPOCHS);
    byte[] closed =
        Files.exists(file) ? DurableFile.readGrowing(file, MAX_EPOCHS_FILE) : new byte[0];
    byte[] end = Arrays.copyOfRange(closed, Math.max(0, closed.length - MAX_NOTE), closed.length);
    int start = new String(end, StandardCharsets.ISO_8859_1).lastIndexOf("\n" + Format.ORIGIN) + 1;
    Optional<SignedCheckpoint> closing =
        Stream.of(Arrays.copyOfRange(end, start, end.length), closed)
            .map(notes -> SignedCheckpoint.parseAll(notes).orElse(List.of()))
            .flatMap(List::stream)
            .filter(note -> note.epoch().orElse(-1) == epoch - 1)
            .findFirst();
    return closing.isPresent() ? closing.get().size() - 1 : begunAnew(epoch);
  }

  /** After a loss nobody has the key that would close the epoch before. */
  private long begunAnew(long epoch) throws IOException {
    Optional<String> number = Optional.of(Long.toString(epoch));
    try {
      return new AuditReader(log)
          .next(record -> record.get(Field.EPOCH).equals(number))
          .orElseThrow(() -> new IOException("no checkpoint closes epoch " + (epoch - 1)))
          .n();
    } catch (CannotJudge e) {
      throw new IOException(e.text(), e);
    }
  }

  /** The first record: it names the log and its identity. */
  public AuditRecord opened() throws IOException {
    return record(0);
  }

  private AuditRecord record(long n) throws IOException {
    return AuditRecord.parse(lines.line(n))
        .orElseThrow(() -> new IOException("line " + n + " is not a record"));
  }

  private static String value(AuditRecord record, Field field) throws IOException {
    Optional<String> value = record.get(field);
    return value.orElseThrow(() -> new IOException("a record without '" + field.key() + "'"));
  }
}
