package dev.gatekeeper.cli.allowlist.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockText;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.cli.allowlist.edit.EditedList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** The lock beside a list, as a command finds it, and as it leaves it. */
final class StoredLock {
  private static final String RESTORE =
      "restore it with git, or remove it and type: gatekeeper allowlist lock";

  private final EditedList list;
  private final Optional<byte[]> found;
  private final Lock lock;

  private StoredLock(EditedList list, Optional<byte[]> found, Lock lock) {
    this.list = list;
    this.found = found;
    this.lock = lock;
  }

  /** The lock beside {@code list}; one that was edited by hand is refused. */
  static StoredLock beside(EditedList list) throws IOException, CommandFailure {
    Optional<byte[]> found;
    try {
      found = list.lock();
    } catch (IOException e) {
      throw CommandFailure.cannotJudge(Console.printable(String.valueOf(e.getMessage())), RESTORE);
    }
    try {
      Lock lock = found.isEmpty() ? Lock.EMPTY : LockReader.read(found.get(), list.lockShown());
      return new StoredLock(list, found, lock);
    } catch (AllowListException e) {
      throw CommandFailure.cannotJudge(
          Console.printable(e.problems().getFirst().toString()), RESTORE);
    }
  }

  /** Nothing locked where there is no file. */
  Lock lock() {
    return lock;
  }

  /** Its name as a person would type it here. */
  String shown() {
    return list.lockShown();
  }

  /**
   * Refuses what no reader would take: it would stand in the place of a lock that they do.
   *
   * @throws CommandFailure with the heaviest server
   */
  void demandFitting(Lock next) throws CommandFailure {
    if (length(next) <= Lock.MAX_BYTES) {
      return;
    }
    String heaviest =
        next.servers().entrySet().stream()
            .max(
                Comparator.comparingInt(
                    each -> length(Lock.EMPTY.with(each.getKey(), each.getValue()))))
            .map(Map.Entry::getKey)
            .orElse("none");
    throw CommandFailure.cannotJudge(
        "the lock would have more than "
            + Lock.MAX_BYTES
            + " bytes, most of them of server "
            + Console.printable(heaviest)
            + "; nothing was written",
        "let less of it through: \"tools\", \"prompts\" and \"resources\" of its entry");
  }

  private static int length(Lock lock) {
    return LockText.of(lock).getBytes(UTF_8).length;
  }

  /** Writes {@code next}; refuses where somebody else wrote meanwhile. */
  void write(Lock next) throws IOException, CommandFailure {
    if (!Arrays.equals(list.lock().orElse(null), found.orElse(null))) {
      throw CommandFailure.cannotJudge(
          shown() + " was changed while this command ran; nothing was written", "run it again");
    }
    Path file = list.file().resolveSibling(Lock.FILE);
    DurableFile.replace(file, LockText.of(next).getBytes(UTF_8));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(list.place().mode()));
  }
}
