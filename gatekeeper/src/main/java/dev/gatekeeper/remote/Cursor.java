package dev.gatekeeper.remote;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How far one stream of events was read, and how long to wait before the next attempt to read on:
 * what the server said, and no less than the backoff. For one thread.
 */
final class Cursor {
  /** A pause where a stream ended and the server named none. */
  static final long FIRST_MILLIS = 500;

  /** The shortest: a server that asks for none would keep us busy. */
  private static final long LEAST_MILLIS = 100;

  /** The longest pause of ours. */
  static final long LONGEST_MILLIS = 30_000;

  /** The longest that a server may ask for. */
  private static final long MAX_RETRY = 300_000;

  private static final Pattern VISIBLE = Pattern.compile("[!-~]([ -~]*[!-~])?");
  private static final Pattern DIGITS = Pattern.compile("\\d{1,9}");

  private Optional<String> last = Optional.empty();
  private long retry = -1;
  private int vain;

  /** The id of the last event that came whole; empty where the stream cannot be resumed. */
  Optional<String> last() {
    return last;
  }

  /** An event came. An id that cannot stand in a header resumes nothing. */
  void reached(String id) {
    last = VISIBLE.matcher(id).matches() ? Optional.of(id) : Optional.empty();
    vain = 0;
  }

  /** The server takes the id for none that it gave: what came since is lost. */
  void restart() {
    last = Optional.empty();
  }

  /** Something came, with or without an id. */
  void alive() {
    vain = 0;
  }

  void retry(String millis) {
    if (DIGITS.matcher(millis).matches()) {
      retry = Math.min(Long.parseLong(millis), MAX_RETRY);
    }
  }

  /** Attempts since something came. */
  int vain() {
    return vain;
  }

  /** Milliseconds until the next attempt, which is counted. */
  long pause() {
    long backoff = Math.min(FIRST_MILLIS << Math.min(vain, 10), LONGEST_MILLIS);
    long asked = vain == 0 && retry >= 0 ? Math.max(retry, LEAST_MILLIS) : Math.max(retry, backoff);
    vain++;
    return asked;
  }
}
