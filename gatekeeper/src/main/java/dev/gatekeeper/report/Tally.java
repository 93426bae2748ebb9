package dev.gatekeeper.report;

import dev.gatekeeper.audit.record.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Rows counted by something that they have in common. */
public final class Tally {
  /** By what rows are counted. The names are those that a person types. */
  public enum By {
    SERVER,
    TOOL,
    SESSION,
    DAY;

    /** The one that is typed so, in lower case. */
    public static Optional<By> named(String word) {
      return Arrays.stream(values()).filter(by -> by.word().equals(word)).findFirst();
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    String key(Row row) {
      return switch (this) {
        case SERVER -> row.get(Field.SERVER).orElse("");
        case TOOL -> {
          String tool = row.get(Field.TOOL).orElse("");
          yield tool.isEmpty() ? "" : row.get(Field.SERVER).orElse("") + "/" + tool;
        }
        case SESSION -> row.get(Field.SESSION).orElse("");
        case DAY -> row.time().substring(0, 10);
      };
    }
  }

  /** What is counted of the rows with one key. */
  public static final class Count {
    private final String key;
    private final String first;
    private Row last;
    private long rows;
    private long calls;
    private long ok;
    private long denied;
    private long inFlight;
    private long micros;
    private long bytes;

    Count(String key, Row row) {
      this.key = key;
      this.first = row.time();
      this.last = row;
    }

    void add(Row row) {
      rows++;
      last = row;
      boolean call = row.kind().equals(Row.CALL);
      String result = row.result();
      calls += call ? 1 : 0;
      ok += call && result.equals("ok") ? 1 : 0;
      denied += result.equals(Row.DENIED) ? 1 : 0;
      inFlight += result.equals(Row.IN_FLIGHT) ? 1 : 0;
      micros += call ? row.number(Field.DURATION).orElse(0) : 0;
      bytes += call ? row.number(Field.SIZE).orElse(0) : 0;
    }

    public String key() {
      return key;
    }

    /** Time of the first row. */
    public String first() {
      return first;
    }

    public String last() {
      return last.time();
    }

    /** Rows of any kind. */
    public long rows() {
      return rows;
    }

    /** Calls that were allowed. */
    public long calls() {
      return calls;
    }

    public long ok() {
      return ok;
    }

    public long denied() {
      return denied;
    }

    public long inFlight() {
      return inFlight;
    }

    /** Calls that ended otherwise than well. */
    public long failed() {
      return calls - ok - inFlight;
    }

    /** Microseconds that calls took, together. */
    public long micros() {
      return micros;
    }

    /** Bytes of results. */
    public long bytes() {
      return bytes;
    }
  }

  private final By by;
  private final Map<String, Count> counts = new TreeMap<>();

  public Tally(By by) {
    this.by = by;
  }

  /** Counts a row, unless it has nothing to be counted by. */
  public void add(Row row) {
    String key = by.key(row);
    if (!key.isEmpty()) {
      counts.computeIfAbsent(key, name -> new Count(name, row)).add(row);
    }
  }

  /** In the order of the keys. */
  public List<Count> counts() {
    return List.copyOf(counts.values());
  }
}
