package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.audit.verify.line.Pruned;
import dev.gatekeeper.audit.verify.line.Segments;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.audit.verify.mac.Ratchet;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks a log, live or copied, and writes nothing.
 *
 * <p>Guarantees, when the report is {@linkplain AuditReport#sound() sound}: the records are exactly
 * those that the chain of hashes fixes from the first to the last; those below {@link
 * AuditReport#signed()} were covered by signatures whose keys, but for those of the present epoch,
 * no longer exist; with an opener, each checked MAC was made with a key that was erased when the
 * next record was written.
 *
 * <p>Not guaranteed: that the log is the one that was there yesterday. Whoever holds the machine
 * can put back an old copy of the whole directory, or begin a new log. Only something kept
 * elsewhere tells.
 */
public final class AuditVerifier {
  /** Bytes of the file of closed epochs: 100,000 of them, a hundred million records. */
  private static final int MAX_EPOCHS_FILE = 64 << 20;

  /** Times that a log is looked at while somebody prunes it. */
  private static final int LOOKS = 5;

  /** Bytes of one checkpoint. */
  private static final int MAX_NOTE = 4096;

  private final @Nullable MacKeyOpener opener;
  private final @Nullable String identity;
  private final List<Head> heads;
  private final Watcher watcher;

  /** Is told, on the thread that asked, how many bytes of all are judged. */
  @FunctionalInterface
  public interface Watcher {
    void judged(long bytes, long all);
  }

  private AuditVerifier(
      @Nullable MacKeyOpener opener, @Nullable String identity, List<Head> heads, Watcher watcher) {
    this.watcher = watcher;
    this.opener = opener;
    this.identity = identity;
    this.heads = List.copyOf(heads);
  }

  /** Needs no key and checks no MAC. */
  public static AuditVerifier withoutKey() {
    return new AuditVerifier(null, null, List.of(), (bytes, all) -> {});
  }

  /** Also checks the MACs of all epochs whose key {@code other} opens. */
  public AuditVerifier opener(MacKeyOpener other) {
    return new AuditVerifier(other, identity, heads, watcher);
  }

  /** Refuses a log that has another identity than this (base64url of its Ed25519 public key). */
  public AuditVerifier identity(String key) {
    return new AuditVerifier(opener, key, heads, watcher);
  }

  /** Refuses a log that does not have the records of these checkpoints. */
  public AuditVerifier heads(List<Head> kept) {
    return new AuditVerifier(opener, identity, kept, watcher);
  }

  /** Tells {@code other} how far it is. */
  public AuditVerifier watcher(Watcher other) {
    return new AuditVerifier(opener, identity, heads, other);
  }

  /**
   * Verifies the log in {@code directory}.
   *
   * @throws CannotJudge when there is none or it cannot be read
   */
  public AuditReport verify(Path directory) throws CannotJudge {
    try {
      for (int look = 0; look < LOOKS; look++) {
        Optional<AuditReport> report = look(directory);
        if (report.isPresent()) {
          return report.get();
        }
      }
    } catch (IOException e) {
      throw new CannotJudge("the log cannot be read: " + e.getMessage(), e);
    }
    throw new CannotJudge("the log is being pruned; try again");
  }

  /** Nothing where records were pruned meanwhile, so that some were neither read nor hashed. */
  private Optional<AuditReport> look(Path directory) throws IOException, CannotJudge {
    long start = Segments.start(directory);
    try {
      AuditReport report = judge(directory);
      return report.sound() || Segments.start(directory) == start
          ? Optional.of(report)
          : Optional.empty();
    } catch (IOException e) {
      if (Segments.start(directory) == start) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private AuditReport judge(Path directory) throws IOException, CannotJudge {
    Hashing hashing = new Hashing();
    // What the appender writes last is read first: then nothing that is read here is ahead of the
    // log, though records
    // are appended all the time.
    byte[] stateFile = optional(directory.resolve(Format.STATE_FILE), 2 * Format.SLOT);
    Optional<StateView> state = StateView.parse(hashing, stateFile);
    Path checkpoints = directory.resolve(Format.CHECKPOINT_DIRECTORY);
    Optional<List<SignedCheckpoint>> latest =
        SignedCheckpoint.parseAll(optional(checkpoints.resolve(Format.LATEST), MAX_NOTE));
    byte[] epochs = optional(checkpoints.resolve(Format.EPOCHS), MAX_EPOCHS_FILE);
    Segments segments = Segments.of(directory);
    if (segments.files().isEmpty()
        && stateFile.length == 0
        && latest.isPresent()
        && latest.get().isEmpty()) {
      throw new CannotJudge("there is no log in " + directory);
    }
    Ratchet ratchet = new Ratchet(opener);
    Walk walk = new Walk(hashing, ratchet, state);
    if (Files.exists(directory.resolve(Format.STATE_FILE))
        && state.isEmpty()
        && !segments.files().isEmpty()) {
      walk.fail(Finding.Kind.STATE, Format.STATE_FILE, 0, "no slot of the state is whole");
    }
    walk.expect(latest, Format.LATEST);
    walk.expect(closed(epochs, state), Format.EPOCHS);
    heads.forEach(walk::compare);
    long first = segments.files().isEmpty() ? 0 : Segments.first(segments.files().getFirst());
    if (first > 0) {
      walk.pruned(new Pruned(directory, first), first);
    }
    if (!segments.files().isEmpty()) {
      walk.endsIn(segments.files().getLast());
    }
    long all = segments.files().stream().mapToLong(file -> file.toFile().length()).sum();
    try (ReadAhead ahead = new ReadAhead(segments.files(), ratchet, walk.previous())) {
      boolean more = walk.isSoundSoFar();
      long judged = 0;
      while (more) {
        Optional<ReadAhead.Stretch> stretch = ahead.next();
        more = stretch.isPresent() && walk.take(stretch.get());
        judged += stretch.map(it -> it.block().length()).orElse(0);
        watcher.judged(judged, all);
      }
    }
    AuditReport report = walk.finish(Optional.ofNullable(identity));
    if (report.sound() && report.records() == 0 && state.isEmpty()) {
      throw new CannotJudge("there is no record in " + directory + ", nor a whole state");
    }
    return report;
  }

  /**
   * The checkpoints of closed epochs. On the live log a crash may have left a part of one behind
   * those that the state counts; the appender writes over it.
   */
  private static Optional<List<SignedCheckpoint>> closed(byte[] file, Optional<StateView> state) {
    Optional<List<SignedCheckpoint>> all = SignedCheckpoint.parseAll(file);
    long end = state.map(StateView::epochsEnd).orElse(-1L);
    return all.isPresent() || end < 0 || end > file.length
        ? all
        : SignedCheckpoint.parseAll(Arrays.copyOf(file, (int) end));
  }

  private static byte[] optional(Path file, int max) throws IOException {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? DurableFile.readGrowing(file, max)
        : new byte[0];
  }
}
