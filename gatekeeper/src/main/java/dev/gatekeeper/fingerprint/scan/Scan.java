package dev.gatekeeper.fingerprint.scan;

import dev.gatekeeper.fingerprint.print.Print;
import dev.gatekeeper.redaction.reading.Runs;
import dev.gatekeeper.redaction.reading.Span;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads texts once, in pieces that overlap: of any length, with lines of any length, in memory that
 * does not grow with them. For one thread.
 */
public final class Scan {
  private static final int PIECE = 1 << 20;

  /** An escape of ASCII has six bytes, {@code \}{@code u0041}; a base64 that was folded fewer. */
  private static final int EXPANSION = 6;

  /** What stands around a value in its encoding: folds, indentation, an escape that was begun. */
  private static final int AROUND = 4_096;

  /** Findings that are told of one text: who has more looks at the text. */
  private static final int MOST = 1_000;

  private final List<Readings> readings;
  private final int overlap;
  private final byte[] piece;

  /** Bytes that were looked at for ends of lines. */
  private long steps;

  public Scan(List<Watch> watches) {
    List<Watch> some = watches.stream().filter(watch -> !watch.isEmpty()).toList();
    this.readings = some.stream().map(Readings::new).toList();
    int reach = some.stream().mapToInt(Watch::reach).max().orElse(0);
    this.overlap = EXPANSION * reach + AROUND;
    this.piece = new byte[Math.max(PIECE, 4 * overlap)];
  }

  /**
   * What was read of one text.
   *
   * @param findings in the order of the text, each value once a line; 1,000 at most
   */
  public record Result(long bytes, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /** How often a byte was looked at beside the search itself: as often as it is long. */
  long steps() {
    return steps + readings.stream().mapToLong(Readings::steps).sum();
  }

  /** What is found in something short, and where. */
  record Place(Print print, String encoding, int start, int end) {
    Span span() {
      return new Span(start, end, Set.of(print.reference()));
    }
  }

  /** Finds every value in a name. */
  List<Place> find(byte[] name) {
    List<Place> found = new ArrayList<>(0);
    for (Readings one : readings) {
      one.search(
          name,
          0,
          name.length,
          (print, encoding, start, end) -> found.add(new Place(print, encoding, start, end)));
    }
    return found;
  }

  /** Reads a text to its end. */
  public Result read(String path, InputStream in) throws IOException {
    Text text = new Text(path);
    int most = 0;
    int length = 0;
    long bytes = 0;
    try {
      while (true) {
        int more = in.readNBytes(piece, length, piece.length - length);
        bytes += more;
        length += more;
        most = Math.max(most, length);
        text.look(length);
        if (length < piece.length) {
          return new Result(bytes, text.findings);
        }
        int cut = cut(length);
        text.pass(cut);
        System.arraycopy(piece, cut, piece, 0, length - cut);
        length -= cut;
      }
    } finally {
      Arrays.fill(piece, 0, most, (byte) 0); // it may have held a value
    }
  }

  /**
   * Where the next piece begins: inside of a run of base64 where a group of four does, so that it
   * goes on to be read as it was from its start.
   */
  private int cut(int length) {
    int cut = length - overlap;
    int run = Runs.start(piece, 0, cut);
    return cut - (cut - run) % 4;
  }

  private final class Text {
    final String path;
    final List<Finding> findings = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    /** Ends of lines before the piece. */
    private long before;

    /** A place in the piece, and the ends of lines in front of it there. */
    private int at;

    private long passed;

    Text(String path) {
      this.path = path;
    }

    void look(int length) {
      if (findings.size() == MOST) {
        return; // no more are told
      }
      for (Readings one : readings) {
        one.search(
            piece,
            0,
            length,
            (print, encoding, start, end) -> {
              long line = line(start);
              if (findings.size() < MOST && seen.add(line + " " + print.reference())) {
                findings.add(
                    new Finding(
                        print.reference(),
                        print.isFormer(),
                        encoding,
                        Finding.Part.TEXT,
                        path,
                        line));
              }
            });
      }
    }

    void pass(int cut) {
      before = line(cut) - 1;
      at = 0;
      passed = 0;
    }

    /** The line of a place, counted on from the one that was asked for before. */
    private long line(int start) {
      passed += start >= at ? ends(at, start) : -ends(start, at);
      at = start;
      return before + passed + 1;
    }

    private long ends(int from, int to) {
      long count = 0;
      steps += to - from;
      for (int i = from; i < to; i++) {
        count += piece[i] == '\n' ? 1 : 0;
      }
      return count;
    }
  }
}
