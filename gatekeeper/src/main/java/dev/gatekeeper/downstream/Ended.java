package dev.gatekeeper.downstream;

import java.time.Duration;
import java.util.OptionalInt;

/** How a server went. */
public sealed interface Ended {
  /** From the start to the end. */
  Duration uptime();

  /** One clause without a subject, for messages: "ended with exit code 3". */
  String text();

  /**
   * A process of ours.
   *
   * @param cause what made us regard it as gone
   * @param exitCode of the server itself, unless a signal ended it
   * @param signal that ended the server itself, ours included
   * @param notJsonLines lines of its stdout that were set aside, because they were not JSON
   */
  record OfProcess(
      Cause cause, OptionalInt exitCode, OptionalInt signal, long notJsonLines, Duration uptime)
      implements Ended {
    @Override
    public String text() {
      String death =
          signal.isPresent()
              ? "signal " + signal.getAsInt()
              : "exit code " + (exitCode.isPresent() ? exitCode.getAsInt() : "unknown");
      return switch (cause) {
        case EXITED -> "ended with " + death;
        case STDOUT_CLOSED -> "closed its stdout and was ended";
        case STDIN_CLOSED -> "closed its stdin and was ended";
        case STOPPED -> "was stopped";
      };
    }
  }

  /**
   * A session with a server elsewhere.
   *
   * @param text as {@link Ended#text}
   */
  record OfSession(String text, Duration uptime) implements Ended {}

  /** What came first. */
  enum Cause {
    /** It ended by itself, or somebody else ended it. */
    EXITED,
    /** It closed its stdout, so it can answer nothing any more; we ended it. */
    STDOUT_CLOSED,
    /** It closed its stdin, so it can be asked nothing any more; we ended it. */
    STDIN_CLOSED,
    /** {@link StdioProcess#stop} was called. */
    STOPPED
  }
}
