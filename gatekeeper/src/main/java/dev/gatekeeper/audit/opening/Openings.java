package dev.gatekeeper.audit.opening;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Line;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.OwnerOnly;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What opens the commitments to arguments, one file a process and day: {@code
 * openings/2026-01-31/PID-START.jsonl}. Owner-only. Each may be deleted at any time. Not synced:
 * after a power loss the newest may be missing, the records are not.
 */
public final class Openings implements AutoCloseable {
  /** Days for which openings are kept. */
  private static final int KEEP = 30;

  /** Days that must agree that one is old: one wild clock makes one, and then forgets nothing. */
  private static final int WITNESSES = 3;

  private static final String DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";

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
      deleteOld(today);
    }
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void deleteOld(String today) throws IOException {
    List<String> days =
        list(directory).stream()
            .map(day -> day.getFileName().toString())
            .filter(name -> name.matches(DAY) && name.compareTo(today) <= 0)
            .toList();
    if (days.size() >= WITNESSES) {
      try {
        LocalDate latest = LocalDate.parse(days.get(days.size() - WITNESSES));
        deleteBefore(latest.minusDays(KEEP).toString());
      } catch (DateTimeParseException e) {
        // A name such as 2026-99-99, which nobody here made: nothing is old by it.
      }
    }
  }

  /** Deletes all that was kept before {@code oldest}, a day like {@code 2026-01-31}. */
  public void deleteBefore(String oldest) throws IOException {
    for (Path day : before(oldest)) {
      // Another process may be doing the same.
      for (Path file : list(day)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(day);
    }
  }

  /** How many days there are before {@code oldest} of which something is kept. */
  public int daysBefore(String oldest) throws IOException {
    return before(oldest).size();
  }

  private List<Path> before(String oldest) throws IOException {
    return list(directory).stream()
        .filter(day -> day.getFileName().toString().matches(DAY))
        .filter(day -> day.getFileName().toString().compareTo(oldest) < 0)
        .toList();
  }

  /** What opens the arguments with this root; nothing when it was forgotten. */
  public Optional<Opening> find(String root) throws IOException {
    Optional<Place> place = place(root);
    return place.isEmpty() ? Optional.empty() : Optional.of(Opening.parse(place.get().line));
  }

  /** What opens the arguments with these roots, by root; those that were forgotten are missing. */
  public Map<String, Opening> find(Set<String> roots) throws IOException {
    Map<String, Opening> found = new HashMap<>();
    int start = Arguments.start("").length() - 1;
    for (Path day : list(directory)) {
      for (Path file : files(day)) {
        try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS),
                    StandardCharsets.UTF_8))) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int end = line.indexOf('"', start);
            String root = line.length() > start && end > start ? line.substring(start, end) : "";
            if (roots.contains(root) && line.endsWith("}")) {
              found.put(root, Opening.parse(line.getBytes(StandardCharsets.UTF_8)));
            }
          }
        }
      }
    }
    return found;
  }

  /**
   * Forgets what opens the arguments with this root: overwritten where it stands, since another
   * process may be appending to the file.
   *
   * @return whether there was something
   */
  public boolean forget(String root) throws IOException {
    Optional<Place> place = place(root);
    if (place.isEmpty()) {
      return false;
    }
    byte[] blank = new byte[place.get().line.length];
    Arrays.fill(blank, (byte) ' ');
    try (FileChannel file =
        FileChannel.open(
            place.get().file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
      DurableFile.writeFully(file, ByteBuffer.wrap(blank), place.get().offset);
      file.force(true);
    }
    return true;
  }

  private Optional<Place> place(String root) throws IOException {
    byte[] start = Arguments.start(root).getBytes(StandardCharsets.US_ASCII);
    for (Path day : list(directory)) {
      for (Path file : files(day)) {
        try (InputStream in =
            new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS))) {
          long offset = 0;
          ByteArrayOutputStream line = new ByteArrayOutputStream();
          for (int b = in.read(); b >= 0; b = in.read()) {
            if (b != '\n') {
              line.write(b);
              continue;
            }
            byte[] bytes = line.toByteArray();
            line.reset();
            if (bytes.length > start.length
                && Arrays.equals(start, 0, start.length, bytes, 0, start.length)) {
              return Optional.of(new Place(file, offset, bytes));
            }
            offset += bytes.length + 1;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** The files of a directory; nothing for what is not one. A symbolic link is not followed. */
  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** What can be read of a day: in a log of somebody else, a pipe would keep us waiting. */
  private static List<Path> files(Path day) throws IOException {
    return list(day).stream()
        .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  /** Where the line of one call stands. Not a record: nobody compares it. */
  private static final class Place {
    final Path file;
    final long offset;
    final byte[] line;

    Place(Path file, long offset, byte[] line) {
      this.file = file;
      this.offset = offset;
      this.line = line;
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
