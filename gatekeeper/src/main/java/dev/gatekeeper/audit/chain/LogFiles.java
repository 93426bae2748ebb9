package dev.gatekeeper.audit.chain;

import dev.gatekeeper.audit.checkpoint.Checkpoint;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.FileKey;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.files.SyncFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open files of a log. A name that another file has taken is opened anew. Used under the append
 * lock only.
 */
public final class LogFiles implements AutoCloseable {
  /** Bytes of a checkpoint. */
  private static final int MAX_NOTE = 4096;

  /** Bytes of the checkpoints of closed epochs: a hundred million records. */
  private static final int MAX_EPOCHS = 64 << 20;

  private final Path directory;
  private final boolean sync;
  private final Digests digests;
  private @Nullable StateFile states;
  private @Nullable Object stateKey;
  private @Nullable Segment log;

  public LogFiles(Path directory, boolean sync, Digests digests) {
    this.directory = directory;
    this.sync = sync;
    this.digests = digests;
  }

  /**
   * What can be said without the lock and without a key: the directory is ours and can be written.
   */
  public static void prepare(Path directory) throws IOException {
    DurableFile.createDirectory(directory);
    OwnerOnly.check(directory);
    for (String name :
        List.of(Format.LOG_DIRECTORY, Format.CHECKPOINT_DIRECTORY, Format.OPENINGS_DIRECTORY)) {
      DurableFile.createDirectory(directory.resolve(name));
      OwnerOnly.check(directory.resolve(name));
    }
  }

  /** Opens the state where that is needed; true when what was read of it before does not count. */
  public boolean openState() throws IOException {
    Path file = directory.resolve(Format.STATE_FILE);
    Object key = FileKey.of(file);
    if (states != null && key != null && key.equals(stateKey)) {
      return false;
    }
    close();
    if (key != null) {
      OwnerOnly.check(file);
    }
    states = new StateFile(digests, file, sync);
    stateKey = FileKey.of(file);
    return true;
  }

  public void openLog(State now) throws IOException {
    Path file = Segment.path(directory, now.segment);
    if (log != null && log.isStill(file)) {
      return;
    }
    closeQuietly(log);
    log = null;
    if (now.head.n() > 0 && FileKey.of(file) == null) {
      throw new InconsistentLog("the file " + file.getFileName() + " of the log is missing");
    }
    Segment opened = Segment.open(file);
    log = opened;
    // What took the place of the file must end, where the state says so, with the line that the
    // state knows.
    if (now.head.offset() > 0
        && now.head.offset() <= opened.size()
        && !opened.endsWith(digests, now.head.offset(), now.head.hash())) {
      throw new InconsistentLog("the log does not hold the record that was acknowledged last");
    }
  }

  /** Creates the segment that begins with record {@code first}; its name is durable then. */
  public void createSegment(long first) throws IOException {
    Path file = Segment.path(directory, first);
    try (Segment created = Segment.open(file)) {
      if (created.size() > 0) {
        throw new InconsistentLog(
            "the file " + file.getFileName() + " of the log is there before its time");
      }
    }
    DurableFile.syncDirectory(file.resolveSibling("."));
  }

  /** Keeps what is taken off the log at record {@code n}. */
  public void keepBeside(long n, byte[] torn, byte[] digest) throws IOException {
    Path beside = directory.resolve(Format.SET_ASIDE_DIRECTORY);
    DurableFile.createDirectory(beside);
    DurableFile.replace(beside.resolve(n + "-" + HexFormat.of().formatHex(digest, 0, 8)), torn);
  }

  /** Puts a checkpoint in the place of the newest one. */
  public void publish(byte[] note) throws IOException {
    DurableFile.replace(checkpoints(Format.LATEST), note);
  }

  /** The newest checkpoint. */
  public byte[] newest() throws IOException {
    return DurableFile.readBounded(checkpoints(Format.LATEST), MAX_NOTE);
  }

  /** How many records the newest checkpoint covers; 0 where there is none of this log. */
  public long newestSize(byte[] logId) throws IOException {
    return Checkpoint.size(optional(checkpoints(Format.LATEST), MAX_NOTE), logId);
  }

  /** Keeps the checkpoint that closes an epoch, behind {@code end} bytes of those before it. */
  public void closeEpoch(byte[] note, long end) throws IOException {
    try (FileChannel epochs = Segment.openForWriting(checkpoints(Format.EPOCHS))) {
      DurableFile.writeFully(epochs, ByteBuffer.wrap(note), end);
      epochs.truncate(end + note.length);
      try {
        epochs.force(true);
      } catch (IOException e) {
        throw new SyncFailed(e);
      }
    }
    publish(note);
  }

  /**
   * Takes away the checkpoints that cover more than {@code records}, and keeps them beside the log:
   * they bear witness of what is lost.
   *
   * @return bytes of the checkpoints of closed epochs that are left
   */
  public long cutCheckpoints(long records) throws IOException {
    byte[] latest = optional(checkpoints(Format.LATEST), MAX_NOTE);
    byte[] epochs = optional(checkpoints(Format.EPOCHS), MAX_EPOCHS);
    int end = Checkpoint.covering(epochs, records);
    if (end < epochs.length) {
      keepBeside(records, epochs, digests.hash(epochs));
      DurableFile.replace(checkpoints(Format.EPOCHS), Arrays.copyOf(epochs, end));
    }
    if (Checkpoint.covering(latest, records) < latest.length) {
      keepBeside(records, latest, digests.hash(latest));
      Files.deleteIfExists(checkpoints(Format.LATEST));
      DurableFile.syncDirectory(checkpoints("."));
    }
    return end;
  }

  private static byte[] optional(Path file, int max) throws IOException {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? DurableFile.readBounded(file, max)
        : new byte[0];
  }

  private Path checkpoints(String name) {
    return directory.resolve(Format.CHECKPOINT_DIRECTORY).resolve(name);
  }

  public Segment log() {
    return opened(log);
  }

  public StateFile states() {
    return opened(states);
  }

  private static <T> T opened(@Nullable T file) {
    if (file == null) {
      throw new AssertionError("used before it was opened");
    }
    return file;
  }

  @Override
  public void close() {
    closeQuietly(log);
    closeQuietly(states);
    log = null;
    states = null;
  }

  public static void closeQuietly(@Nullable AutoCloseable file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (Exception e) {
      // What these files hold was synced, or is read again and judged before it is believed.
    }
  }
}
