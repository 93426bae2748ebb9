package dev.gatekeeper.request;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Members;
import dev.gatekeeper.json.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The requests of agents that wait for a person: one JSON object a line in {@code requests.jsonl}.
 *
 * <p>Several processes may add and remove at once. An equal request is kept once; the file is
 * bounded, and so is what one session adds, since the agent decides how often it asks. Whoever
 * writes the file by other means adds foreign text and nothing else: no request grants anything.
 */
public final class AccessRequests {
  /** Bytes of the file; several hundred requests, more than a person reads. */
  static final int MAX_BYTES = 256 << 10;

  /** Requests that wait at once. */
  static final int MAX_WAITING = 200;

  /** Requests of one session: who asks for more wants something else than an answer. */
  static final int MAX_OF_SESSION = 20;

  private static final Duration LOCK_WAIT = Duration.ofSeconds(2);

  private final Path file;
  private final String project;
  private final Clock clock;
  private int added;

  /** The requests that are kept in a state directory, for a person. */
  public AccessRequests(Path home, Clock clock) {
    this(home, "", clock);
  }

  /**
   * The same, for a session.
   *
   * @param project canonical directory that it works in
   */
  public AccessRequests(Path home, String project, Clock clock) {
    this.file = home.resolve("requests.jsonl");
    this.project = project;
    this.clock = clock;
  }

  /**
   * What waits, oldest first.
   *
   * @param unreadable lines that are no requests
   */
  public record Waiting(List<AccessRequest> requests, int unreadable) {
    /** The one called {@code id}. */
    public Optional<AccessRequest> find(String id) {
      return requests.stream().filter(request -> request.id().equals(id)).findFirst();
    }
  }

  /**
   * Adds a request, durably, with its place and time.
   *
   * @return the request as it is kept
   * @throws IOException when too many wait: then a person has to look at them
   */
  public synchronized AccessRequest add(AccessRequest wish) throws IOException {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    AccessRequest request = wish.in(project, now);
    try (LockFile _ = lock()) {
      Waiting waiting = waiting();
      Optional<AccessRequest> same = waiting.find(request.id());
      if (same.isPresent()) {
        return same.get();
      }
      if (added >= MAX_OF_SESSION) {
        throw new IOException(
            "this session has made " + MAX_OF_SESSION + " requests; a person answers them first");
      }
      if (waiting.requests().size() >= MAX_WAITING) {
        throw new IOException(
            "too many requests wait for a person, who types: gatekeeper allowlist requests");
      }
      List<AccessRequest> next = new ArrayList<>(waiting.requests());
      next.add(request);
      write(next);
      added++;
    }
    return request;
  }

  /** Takes a request away; false where there is none of this id. */
  public boolean remove(String id) throws IOException {
    try (LockFile _ = lock()) {
      List<AccessRequest> next = new ArrayList<>(waiting().requests());
      if (!next.removeIf(request -> request.id().equals(id))) {
        return false;
      }
      write(next);
      return true;
    }
  }

  private LockFile lock() throws IOException {
    return LockFile.acquire(file.resolveSibling("requests.lock"), LOCK_WAIT);
  }

  /** What waits now. */
  public Waiting waiting() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return new Waiting(List.of(), 0);
    }
    List<AccessRequest> requests = new ArrayList<>();
    int unreadable = 0;
    String text = new String(DurableFile.readBounded(file, MAX_BYTES), StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      Optional<AccessRequest> request = parse(line);
      if (request.isPresent()) {
        requests.add(request.get());
      } else {
        unreadable++;
      }
    }
    return new Waiting(List.copyOf(requests), unreadable);
  }

  /** How many wait. */
  public int count() throws IOException {
    return waiting().requests().size();
  }

  private static Optional<AccessRequest> parse(String line) {
    try {
      Members members = Slice.of(line.getBytes(StandardCharsets.UTF_8)).members();
      Optional<String> kind = text(members, "kind");
      Optional<String> name = text(members, "name");
      Optional<String> reason = text(members, "reason");
      return kind.isEmpty() || name.isEmpty() || reason.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new AccessRequest(
                  kind.get(),
                  name.get(),
                  reason.get(),
                  text(members, "project").orElse(""),
                  text(members, "time").orElse("")));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(Members members, String name) {
    return members.get(name).filter(Slice::isString).map(Slice::string);
  }

  private void write(List<AccessRequest> requests) throws IOException {
    StringBuilder text = new StringBuilder();
    for (AccessRequest request : requests) {
      byte[] line =
          Json.object()
              .put("time", request.time())
              .put("project", request.project())
              .put("kind", request.kind())
              .put("name", request.name())
              .put("reason", request.reason())
              .toBytes();
      text.append(new String(line, StandardCharsets.UTF_8)).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new IOException(
          "too many requests wait for a person, who types: gatekeeper allowlist requests");
    }
    DurableFile.replace(file, bytes);
  }
}
