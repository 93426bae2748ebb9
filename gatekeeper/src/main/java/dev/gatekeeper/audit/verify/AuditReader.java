package dev.gatekeeper.audit.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads the records of a log for a person or a script. It judges nothing: a line that is not a
 * record is counted and passed over, and {@link AuditVerifier} says whether what is read is what
 * was written.
 */
public final class AuditReader {
  private final Path directory;
  private long unreadable;
  private Path last;
  private long end;

  /** A reader that stands at the beginning of the log in {@code directory}. */
  public AuditReader(Path directory) {
    this.directory = directory;
    this.last = directory;
  }

  /**
   * Hands the whole records from where the reader stands to the present end to {@code each}, oldest
   * first, and stays there. Stops early when {@code each} answers false.
   *
   * @throws CannotJudge when there is no log, or it cannot be read
   */
  public void read(Predicate<AuditRecord> each) throws CannotJudge {
    try {
      List<Path> files = Segments.of(directory).files();
      if (files.isEmpty()) {
        throw new CannotJudge("there is no log in " + directory);
      }
      for (Path file : files) {
        int order = last.equals(directory) ? 1 : file.compareTo(last);
        if (order >= 0) {
          Lines lines = new Lines(each);
          if (order > 0) {
            end = 0;
          }
          last = file;
          Segments.read(file, end, lines);
          if (lines.stopped) {
            return;
          }
        }
      }
    } catch (IOException e) {
      throw new CannotJudge("the log cannot be read: " + e.getMessage(), e);
    }
  }

  /** The last {@code count} records of those that {@code wanted} accepts, oldest first. */
  public List<AuditRecord> last(int count, Predicate<AuditRecord> wanted) throws CannotJudge {
    List<AuditRecord> kept = new ArrayList<>();
    read(
        one -> {
          if (wanted.test(one)) {
            kept.add(one);
            if (kept.size() > count) {
              kept.removeFirst();
            }
          }
          return true;
        });
    return kept;
  }

  /** Lines so far that are not records. */
  public long unreadable() {
    return unreadable;
  }

  private final class Lines implements Segments.Lines {
    private final Predicate<AuditRecord> each;
    private boolean stopped;

    Lines(Predicate<AuditRecord> each) {
      this.each = each;
    }

    @Override
    public boolean line(byte[] bytes, int from, int to, long offset) {
      end = offset + to - from + 1;
      try {
        RecordLine line = new RecordLine();
        line.parse(bytes, from, to);
        stopped = !each.test(AuditRecord.of(line, bytes, from, to));
      } catch (MalformedRecord e) {
        unreadable++;
      }
      return !stopped;
    }

    @Override
    public void torn(long offset, long length) {
      // A line that is being written: read the next time.
    }
  }
}
