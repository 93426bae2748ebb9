package dev.gatekeeper.trust;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * The requests of agents that wait for a person: one JSON object a line in {@code requests.jsonl}.
 *
 * <p>Several processes may add at once. An equal request is kept once; the file is bounded, since
 * the agent decides how often it asks.
 */
public final class AccessRequests {
  /** Bytes of the file; several hundred requests, more than a person reads. */
  static final int MAX_BYTES = 256 << 10;

  private static final Duration LOCK_WAIT = Duration.ofSeconds(2);

  private final Path file;
  private final Clock clock;

  /** The requests that are kept in a state directory. */
  public AccessRequests(Path home, Clock clock) {
    this.file = home.resolve("requests.jsonl");
    this.clock = clock;
  }

  /** Adds a request, durably. Fails when the file is full: then a person has to look at it. */
  public void add(AccessRequest request) throws IOException {
    byte[] body =
        Json.object()
            .put("kind", request.kind())
            .put("name", request.name())
            .put("reason", request.reason())
            .toBytes();
    String asked = new String(body, 1, body.length - 1, StandardCharsets.UTF_8);
    try (LockFile _ = LockFile.acquire(file.resolveSibling("requests.lock"), LOCK_WAIT)) {
      String before =
          Files.exists(file)
              ? new String(DurableFile.readBounded(file, MAX_BYTES), StandardCharsets.UTF_8)
              : "";
      if (before.contains(asked)) {
        return;
      }
      String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
      byte[] after =
          (before + "{\"time\":\"" + now + "\"," + asked + "\n").getBytes(StandardCharsets.UTF_8);
      if (after.length > MAX_BYTES) {
        throw new IOException("too many requests wait for a person; see " + file);
      }
      DurableFile.replace(file, after);
    }
  }

  /** How many wait. */
  public int count() throws IOException {
    return Files.exists(file)
        ? (int)
            new String(DurableFile.readBounded(file, MAX_BYTES), StandardCharsets.UTF_8)
                .lines()
                .count()
        : 0;
  }
}
