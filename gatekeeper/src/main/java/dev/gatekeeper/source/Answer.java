package dev.gatekeeper.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a tool left when it was asked once. Holds a secret: without {@code toString}, wiped. */
final class Answer implements AutoCloseable {
  /** How the tool came to its end. */
  enum End {
    /** By itself. */
    EXITED,
    /** It was still running when its time was up. */
    TIMEOUT,
    /** It printed more than any secret has. */
    TOO_MUCH,
    /** It left a process behind that holds its output open: there may be more to come. */
    HELD_OPEN,
    /** We were told to stop. */
    INTERRUPTED
  }

  private final End end;
  private final int status;
  private final byte[] output;
  private final byte[] errors;

  Answer(End end, int status, byte[] output, byte[] errors) {
    this.end = end;
    this.status = status;
    this.output = output;
    this.errors = errors;
  }

  End end() {
    return end;
  }

  /** The exit status, or 128 and the signal that ended it. */
  int status() {
    return status;
  }

  /** What it printed; the array itself. */
  byte[] output() {
    return output;
  }

  /** Whether its words to a person hold {@code text}. They are not shown: they may hold more. */
  boolean says(String text) {
    return text.isEmpty()
        ? errors.length == 0
        : new String(errors, StandardCharsets.UTF_8).contains(text);
  }

  @Override
  public void close() {
    Arrays.fill(output, (byte) 0);
    Arrays.fill(errors, (byte) 0);
  }
}
