package dev.gatekeeper.audit.opening;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Line;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What opens the commitments to arguments, one file a process and day: {@code
 * openings/2026-01-31/PID-START.jsonl}. Owner-only. Each may be deleted at any time. Not synced:
 * after a power loss the newest may be missing, the records are not.
 */
public final class Openings implements AutoCloseable {
  /** Days for which openings are kept. */
  private static final int KEEP = 30;

  private final Path directory;
  private final String name;
  private String day = "";
  private @Nullable FileChannel channel;

  /** For the log in {@code directory}. */
  public Openings(Path directory) {
    this.directory = directory.resolve(Format.OPENINGS_DIRECTORY);
    this.name =
        ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + ".jsonl";
  }

  /** Keeps one line of JSON. */
  public void append(byte[] line, Moment moment) throws IOException {
    String today = Line.time(moment.wall()).substring(0, 10);
    if (channel == null || !today.equals(day)) {
      close();
      DurableFile.createDirectory(directory.resolve(today));
      channel =
          FileChannel.open(
              directory.resolve(today).resolve(name),
              Set.of(
                  StandardOpenOption.APPEND, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS),
              OwnerOnly.fileMode());
      day = today;
      deleteBefore(LocalDate.parse(today).minusDays(KEEP).toString());
    }
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void deleteBefore(String oldest) throws IOException {
    try (DirectoryStream<Path> days = Files.newDirectoryStream(directory, "????-??-??")) {
      for (Path old : days) {
        if (old.getFileName().toString().compareTo(oldest) < 0) {
          try (DirectoryStream<Path> files = Files.newDirectoryStream(old)) {
            for (Path file : files) {
              Files.delete(file);
            }
          }
          Files.delete(old);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
