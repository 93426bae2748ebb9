package dev.gatekeeper.audit.reading;

import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.line.Block;
import dev.gatekeeper.audit.verify.line.MalformedRecord;
import dev.gatekeeper.audit.verify.line.RecordLine;
import dev.gatekeeper.audit.verify.line.Segments;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a log for a person or a script. It judges nothing: a line that is not a
 * record is counted and passed over, and {@link AuditVerifier} says whether what is read is what
 * was written.
 */
public final class AuditReader {
  private final Path directory;
  private final @Nullable Skim skim;
  private final Block block = new Block();
  private final RecordLine line = new RecordLine();
  private final AuditRecord passing = AuditRecord.passing(line);
  private long unreadable;
  private Path last;
  private long end;

  /**
   * A place between two records.
   *
   * @param segment number of the first record of the segment, as its name has it
   * @param offset bytes from the start of the segment
   */
  public record Place(long segment, long offset) {
    public static final Place START = new Place(-1, 0);
  }

  /** A reader that stands at the beginning of the log in {@code directory}. */
  public AuditReader(Path directory) {
    this(directory, null);
  }

  /**
   * @param skim what passes over lines that are not asked for; what is wrong with these is not seen
   */
  public AuditReader(Path directory, @Nullable Skim skim) {
    this.directory = directory;
    this.skim = skim;
    this.last = directory;
  }

  /**
   * Hands the whole records from where the reader stands to the present end to {@code each}, oldest
   * first, and stays there. Stops early when {@code each} answers false.
   *
   * @throws CannotJudge when there is no log, or it cannot be read
   */
  public void read(Predicate<AuditRecord> each) throws CannotJudge {
    pass(passing -> each.test(passing.copy()));
  }

  /** As {@link #read}, but that a record is good only until {@code each} answers. */
  public void pass(Predicate<AuditRecord> each) throws CannotJudge {
    try {
      List<Path> files = Segments.of(directory).files();
      if (files.isEmpty()) {
        throw new CannotJudge("there is no log in " + directory);
      }
      for (Path file : files) {
        int order = last.equals(directory) ? 1 : file.compareTo(last);
        if (order > 0) {
          last = file;
          end = 0;
        }
        if (order >= 0 && !readUnlessPruned(file, each)) {
          return;
        }
      }
    } catch (IOException e) {
      throw new CannotJudge("the log cannot be read: " + e.getMessage(), e);
    }
  }

  /** The next record that is {@code wanted}; as {@link #read} otherwise. */
  public Optional<AuditRecord> next(Predicate<AuditRecord> wanted) throws CannotJudge {
    AtomicReference<@Nullable AuditRecord> found = new AtomicReference<>();
    read(
        record -> {
          if (wanted.test(record)) {
            found.set(record);
          }
          return found.get() == null;
        });
    return Optional.ofNullable(found.get());
  }

  /** Goes to where a line starts; the next {@link #read} goes on there. */
  public void seek(Place place) {
    last = place.segment() < 0 ? directory : Segments.path(directory, place.segment());
    end = place.offset();
  }

  /** Where the reader stands: behind the record that it handed over last. */
  public Place place() {
    return last.equals(directory) ? Place.START : new Place(Segments.first(last), end);
  }

  /** The segments that there are now, oldest first, each with its present size in bytes. */
  public List<Place> segments() throws CannotJudge {
    try {
      return Segments.of(directory).files().stream()
          .map(file -> new Place(Segments.first(file), file.toFile().length()))
          .toList();
    } catch (IOException e) {
      throw new CannotJudge("the log cannot be read: " + e.getMessage(), e);
    }
  }

  /** Lines so far that are not records. */
  public long unreadable() {
    return unreadable;
  }

  /** Records before this one are not there: they were pruned, or are lost. */
  public long start() throws CannotJudge {
    List<Place> segments = segments();
    return segments.isEmpty() ? 0 : segments.getFirst().segment();
  }

  /** Whoever prunes takes the oldest first; what is read goes on with the first that stays. */
  private boolean readUnlessPruned(Path file, Predicate<AuditRecord> each) throws IOException {
    try {
      return read(file, each);
    } catch (NoSuchFileException e) {
      if (Segments.start(directory) <= Segments.first(file)) {
        throw e;
      }
      return true;
    }
  }

  /** Reads on in one segment; what follows its last line feed is read the next time. */
  private boolean read(Path file, Predicate<AuditRecord> each) throws IOException {
    try (FileChannel channel = Segments.open(file)) {
      long size = channel.size();
      boolean more = end < size;
      while (more) {
        more = block.read(file, channel, end, size);
        if (skim != null) {
          block.split();
          skim.enter();
        }
        for (int i = 0; i < block.lines() || block.hasNext(); i++) {
          boolean taken = take(i);
          end = Math.min(block.offset(i + 1), block.next());
          if (taken && !each.test(passing)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** Whether line {@code i} is a record that may be asked for. */
  private boolean take(int i) {
    try {
      if (skim == null) {
        block.next(line);
      } else if (skim.takes(block, i)) {
        line.parse(block.bytes(), block.from(i), block.to(i));
      } else {
        return false;
      }
      return true;
    } catch (MalformedRecord e) {
      unreadable++;
      return false;
    }
  }
}
