package dev.gatekeeper.audit;

import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.LockTimeout;
import dev.gatekeeper.files.OwnerOnly;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of a log, as the one thread that appends sees them.
 *
 * <p>Everything happens under the append lock, in an order in which each step may be the last one
 * before the process is killed or the power fails:
 *
 * <ol>
 *   <li>the state is read; what the log has beyond it is checked and taken over, a torn end is set
 *       aside;
 *   <li>lines are written at the end that the state and those lines give, never "at the end of the
 *       file";
 *   <li>the log is synced;
 *   <li>the state is written. It is never ahead of what the disk holds of the log.
 * </ol>
 *
 * <p>A new epoch: its keys are made durable in the state; its record is made durable, under the MAC
 * key of the old one; the old signing key closes the old epoch with a checkpoint that covers this
 * record; only then the state drops the old keys. Whoever finds a state with a pending epoch does
 * the rest of it first.
 */
final class Store implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** Records between two checkpoints. */
  private static final int CHECKPOINT_EVERY = 64;

  /** Bytes beyond the state that a crash can explain: an epoch of the longest lines. */
  private static final long MAX_TAIL = (Epoch.MAX_RECORDS + 1024) * (Format.MAX_LINE + 1L);

  private final Path directory;
  private final AuditOptions options;
  private final Digests digests = new Digests();
  private @Nullable StateFile states;
  private @Nullable Object stateKey;
  private @Nullable FileChannel log;
  private @Nullable Object logKey;
  private @Nullable State state;
  private @Nullable ChainHead head;
  private @Nullable AuditFault latched;
  private boolean recipientsChecked;

  Store(Path directory, AuditOptions options) {
    this.directory = directory;
    this.options = options;
  }

  /**
   * What can be said without the lock and without a key: the directory is ours and can be written.
   */
  static void prepare(Path directory) throws AuditException {
    try {
      DurableFile.createDirectory(directory);
      OwnerOnly.check(directory);
      for (String name :
          List.of(Format.LOG_DIRECTORY, Format.CHECKPOINT_DIRECTORY, Format.OPENINGS_DIRECTORY)) {
        DurableFile.createDirectory(directory.resolve(name));
        OwnerOnly.check(directory.resolve(name));
      }
    } catch (IOException e) {
      throw fault(e, directory);
    }
  }

  /**
   * Appends records, given by their bodies from {@code ,"time"} on.
   *
   * @return number of the first
   */
  long append(List<byte[]> rests, boolean durable, Moment moment) throws AuditException {
    return locked(
        () -> {
          settle(moment);
          if (state().epoch.over(head().n(), moment.wall())) {
            sync();
            beginEpoch(moment);
          }
          long first = head().n();
          write(rests);
          if (durable) {
            sync();
          }
          return first;
        });
  }

  /** Makes durable what {@link #append} left in memory of the system. */
  void flush(Moment moment) throws AuditException {
    locked(
        () -> {
          settle(moment);
          sync();
          return true;
        });
  }

  boolean checkpointIsDue() {
    return state != null && state.head.n() - state.checkpoint >= CHECKPOINT_EVERY;
  }

  /**
   * Signs the durable end, and leaves no older key in the state. Does nothing when another process
   * has just done so.
   */
  void checkpoint(Moment moment) throws AuditException {
    locked(
        () -> {
          settle(moment);
          sync();
          State now = state();
          if (now.head.n() > now.checkpoint) {
            if (now.head.n() - 1 > now.epoch.first() || now.epoch.number() == 0) {
              publish(sign(now.epoch));
            }
            now.checkpoint = now.head.n();
            states().settle(now);
          }
          return true;
        });
  }

  private interface Locked<T> {
    T run() throws IOException, AuditException;
  }

  private <T> T locked(Locked<T> work) throws AuditException {
    if (latched != null) {
      throw new AuditException(latched);
    }
    try (LockFile _ = LockFile.acquire(directory.resolve(Format.LOCK_FILE), DEADLINE)) {
      return work.run();
    } catch (IOException e) {
      forget();
      throw fault(e, directory);
    } catch (AuditException e) {
      forget();
      throw e;
    } catch (RuntimeException | AssertionError e) {
      forget();
      throw new AuditException(
          Kind.INCONSISTENT, "the audit log failed inside: " + e.getClass().getSimpleName(), e);
    }
  }

  /** Brings this object, the state and the log to one common end. */
  private void settle(Moment moment) throws IOException, AuditException {
    openState();
    Optional<State> found = states().read();
    if (found.isEmpty()) {
      found(moment);
    } else if (found.get() != state) {
      state = found.get();
      head = state.head.copy();
    }
    State now = state();
    if (now.fault != 0) {
      throw latch(null);
    }
    openLog(now);
    long size = log().size();
    if (size < head().offset()) {
      head = now.head.copy();
    }
    if (size < now.head.offset()) {
      throw inconsistent(
          "the log ends before record "
              + now.acked
              + ", which was acknowledged: records are missing");
    }
    if (size > head().offset()) {
      rollForward(size);
    }
    if (now.pending != null) {
      finishEpoch(moment);
    } else if (head().n() == 0) {
      write(List.of(logOpen(moment)));
      sync();
      DurableFile.syncDirectory(directory.resolve(Format.LOG_DIRECTORY));
    }
    if (!recipientsChecked) {
      recipientsChecked = true;
      if (!Arrays.equals(now.epoch.recipients(), Epoch.digest(digests, options.recipients()))) {
        sync();
        beginEpoch(moment);
      }
    }
  }

  /** A new log: identity, first epoch, first keys. Durable before the first line is written. */
  private void found(Moment moment) throws IOException, AuditException {
    Path segment = segment(0);
    if (Files.exists(segment, LinkOption.NOFOLLOW_LINKS) && Files.size(segment) > 0) {
      throw inconsistent("the file 'state' is missing or damaged, but there is a log");
    }
    byte[] logId = new byte[Format.LOG_ID];
    new SecureRandom().nextBytes(logId);
    Epoch epoch =
        new Epoch(
            0,
            0,
            moment.wall(),
            SigningKey.generate(),
            Epoch.digest(digests, options.recipients()));
    ChainHead first =
        new ChainHead(
            digests, logId, 0, 0, Epoch.newMacKey(), new byte[Format.HASH], new Frontier());
    state = new State(logId, SigningKey.generate(), first, epoch);
    head = first.copy();
    states().settle(state);
    DurableFile.syncDirectory(directory);
  }

  private byte[] logOpen(Moment moment) {
    State now = state();
    Map<String, byte[]> recipients = options.recipients();
    return Entry.of(Event.LOG_OPEN)
        .put(Field.IDENTITY, ChainHead.base64(now.identity.publicKey()))
        .put(Field.EPOCH, "0")
        .put(Field.EPOCH_KEY, ChainHead.base64(now.epoch.key().publicKey()))
        .put(Field.MAC_SEAL, Epoch.seal(now.logId, 0, now.head.key(), recipients))
        .rest(moment, options.context().values());
  }

  /** Takes over what another process, or this one before a crash, wrote beyond the state. */
  private void rollForward(long size) throws IOException, AuditException {
    ChainHead end = head();
    if (size - end.offset() > MAX_TAIL) {
      throw inconsistent(
          "the log goes on for " + (size - end.offset()) + " bytes beyond the state");
    }
    ByteBuffer tail = ByteBuffer.allocate((int) (size - end.offset()));
    while (tail.hasRemaining() && log().read(tail, end.offset() + tail.position()) > 0) {}
    byte[] bytes = tail.array();
    int from = 0;
    for (int to = 0; to < tail.position(); to++) {
      if (bytes[to] == '\n') {
        if (isIntroduced() || !end.accept(bytes, from, to)) {
          break;
        }
        from = to + 1;
      }
    }
    if (from < tail.position()) {
      setAside(Arrays.copyOfRange(bytes, from, tail.position()));
    }
  }

  /**
   * Whether the record of the pending epoch stands in the log: nothing may follow it before the
   * keys have changed.
   */
  private boolean isIntroduced() {
    Epoch pending = state().pending;
    return pending != null && head().n() > pending.first();
  }

  /**
   * A torn end was never acknowledged. It is kept beside the log, and the next record tells of it.
   */
  private void setAside(byte[] torn) throws IOException, AuditException {
    String digest = HexFormat.of().formatHex(digests.hash(torn));
    Path beside = directory.resolve(Format.SET_ASIDE_DIRECTORY);
    DurableFile.createDirectory(beside);
    DurableFile.replace(beside.resolve(head().n() + "-" + digest.substring(0, 16)), torn);
    log().truncate(head().offset());
    if (state().pending == null && head().n() > 0) {
      Entry recover =
          Entry.of(Event.RECOVER)
              .with(Field.SIZE, torn.length)
              .with(Field.REASON, "torn end")
              .with(Field.DIGEST, "sha256:" + digest);
      write(List.of(recover.rest(Moment.now(options.clock()), options.context().values())));
      sync();
    }
  }

  private void beginEpoch(Moment moment) throws IOException, AuditException {
    State now = state();
    now.pending =
        new Epoch(
            now.epoch.number() + 1,
            now.head.n(),
            moment.wall(),
            SigningKey.generate(),
            Epoch.digest(digests, options.recipients()));
    now.pendingMacKey = Epoch.newMacKey();
    states().settle(now);
    finishEpoch(moment);
  }

  private void finishEpoch(Moment moment) throws IOException, AuditException {
    State now = state();
    Epoch next = now.pending;
    if (next == null) {
      throw new AssertionError("no epoch is pending");
    }
    if (head().n() == next.first()) {
      Entry entry =
          Entry.of(Event.KEY_EPOCH)
              .put(Field.EPOCH, Long.toString(next.number()))
              .put(Field.EPOCH_KEY, ChainHead.base64(next.key().publicKey()))
              .put(
                  Field.MAC_SEAL,
                  Epoch.seal(now.logId, next.first() + 1, now.pendingMacKey, options.recipients()));
      write(List.of(entry.rest(moment, options.context().values())));
    }
    force();
    byte[] closing =
        Checkpoint.sign(digests, now.logId, now.identity, now.epoch, head().tree(), head().n());
    try (FileChannel epochs = openForWriting(checkpoints(Format.EPOCHS))) {
      DurableFile.writeFully(epochs, ByteBuffer.wrap(closing), now.epochsEnd);
      epochs.truncate(now.epochsEnd + closing.length);
      if (options.sync()) {
        epochs.force(true);
      }
    }
    publish(closing);
    now.epochsEnd += closing.length;
    now.checkpoint = head().n();
    now.epoch = next;
    now.pending = null;
    head().rekey(now.pendingMacKey);
    now.pendingMacKey = new byte[Format.HASH];
    now.head.wipe();
    now.head = head().copy();
    now.acked = now.head.n();
    states().settle(now);
  }

  private byte[] sign(Epoch epoch) {
    ChainHead end = state().head;
    return Checkpoint.sign(digests, state().logId, state().identity, epoch, end.tree(), end.n());
  }

  private void publish(byte[] note) throws IOException {
    DurableFile.replace(checkpoints(Format.LATEST), note);
  }

  private Path checkpoints(String name) {
    return directory.resolve(Format.CHECKPOINT_DIRECTORY).resolve(name);
  }

  private void write(List<byte[]> rests) throws IOException, AuditException {
    ChainHead next = head().copy();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (byte[] rest : rests) {
      lines.writeBytes(next.seal(rest));
    }
    try {
      DurableFile.writeFully(log(), ByteBuffer.wrap(lines.toByteArray()), head().offset());
    } catch (IOException e) {
      // What was written of it is not acknowledged. If it cannot be cut off, the next settle sets
      // it aside.
      log().truncate(head().offset());
      throw e;
    }
    head().wipe();
    head = next;
  }

  /** From here on the state knows all that was written. */
  private void sync() throws IOException, AuditException {
    State now = state();
    if (now.head.n() == head().n()) {
      return;
    }
    force();
    now.head.wipe();
    now.head = head().copy();
    now.acked = now.head.n();
    states().write(now);
  }

  private void force() throws AuditException {
    if (!options.sync()) {
      return;
    }
    try {
      log().force(false);
    } catch (IOException e) {
      throw latch(e);
    }
  }

  /**
   * A sync that failed once says "done" the next time without having done it: so there is no next
   * time.
   */
  private AuditException latch(@Nullable IOException cause) {
    latched =
        new AuditFault(
            Kind.SYNC,
            "the audit log could not be made durable, so it is closed; check the disk, run"
                + " 'gatekeeper audit verify', then move "
                + directory
                + " away to begin a new log");
    State now = state;
    if (now != null && now.fault == 0) {
      try {
        now.fault = 1;
        states().settle(now);
      } catch (IOException e) {
        // Latched in this process all the same.
      }
    }
    return new AuditException(Kind.SYNC, latched.text(), cause);
  }

  private AuditException inconsistent(String what) {
    return new AuditException(
        new AuditFault(
            Kind.INCONSISTENT, what + "; run 'gatekeeper audit verify' (log: " + directory + ")"));
  }

  private void openState() throws IOException {
    Path file = directory.resolve(Format.STATE_FILE);
    Object key = key(file);
    if (states == null || key == null || !key.equals(stateKey)) {
      close();
      if (key != null) {
        OwnerOnly.check(file);
      }
      states = new StateFile(digests, file, options.sync());
      stateKey = key(file);
      state = null;
    }
  }

  private void openLog(State now) throws IOException, AuditException {
    Path file = segment(now.segment);
    Object key = key(file);
    if (log != null && key != null && key.equals(logKey)) {
      return;
    }
    if (key == null && now.head.n() > 0) {
      throw inconsistent("the file " + file.getFileName() + " of the log is missing");
    }
    if (key != null) {
      OwnerOnly.check(file);
    }
    if (log != null) {
      log.close();
    }
    log = openForWriting(file);
    logKey = key(file);
    checkLastLine(now);
  }

  /**
   * A file that was put in place of the log does not end, where the state says so, with the line
   * that the state knows.
   */
  private void checkLastLine(State now) throws IOException, AuditException {
    long end = now.head.offset();
    if (end == 0) {
      return;
    }
    int length = (int) Math.min(end, Format.MAX_LINE + 2L);
    ByteBuffer last = ByteBuffer.allocate(length);
    while (last.hasRemaining() && log().read(last, end - length + last.position()) > 0) {}
    int to = length - 1;
    int from = to;
    while (from > 0 && last.get(from - 1) != '\n') {
      from--;
    }
    if (last.hasRemaining()
        || !Arrays.equals(now.head.hash(), digests.leaf(last.array(), from, to))) {
      throw inconsistent("the log does not hold the record that was acknowledged last");
    }
  }

  private static FileChannel openForWriting(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            LinkOption.NOFOLLOW_LINKS),
        OwnerOnly.fileMode());
  }

  private Path segment(long first) {
    String number = Long.toString(first);
    return directory
        .resolve(Format.LOG_DIRECTORY)
        .resolve(
            "0".repeat(Format.SEGMENT_DIGITS - number.length()) + number + Format.SEGMENT_SUFFIX);
  }

  private static @Nullable Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, "unix:ino,dev", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** After a failure nothing is believed that was not read again. */
  private void forget() {
    state = null;
    head = null;
    close();
  }

  static AuditException fault(IOException e, Path directory) {
    if (e instanceof LockTimeout) {
      return new AuditException(
          Kind.LOCKED, "the audit log is busy: " + e.getMessage() + "; try again", e);
    }
    String message =
        e instanceof FileSystemException f && f.getReason() != null
            ? f.getReason() + ": " + f.getFile()
            : String.valueOf(e.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("no space") || lower.contains("too large") || lower.contains("quota")) {
      return new AuditException(
          Kind.FULL,
          "the audit log has no room on the disk ("
              + message
              + "); free some space at "
              + directory,
          e);
    }
    return new AuditException(
        Kind.NOT_WRITABLE,
        "the audit log cannot be written (" + message + "); look at " + directory,
        e);
  }

  private State state() {
    return present(state);
  }

  private ChainHead head() {
    return present(head);
  }

  private FileChannel log() {
    return present(log);
  }

  private StateFile states() {
    return present(states);
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("used before it was opened");
    }
    return value;
  }

  @Override
  public void close() {
    closeQuietly(log);
    closeQuietly(states);
    log = null;
    states = null;
  }

  static void closeQuietly(@Nullable AutoCloseable file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (Exception e) {
      // What these files hold was synced, or is read again and judged before it is believed.
    }
  }
}
