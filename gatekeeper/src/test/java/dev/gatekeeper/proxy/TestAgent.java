package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.arguments.PathView;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.downstream.Watchdog;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Diagnostics;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.launch.Launching;
import dev.gatekeeper.proxy.approval.Asking;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.request.AccessRequests;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.approval.Approvals;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.FrameWriter;
import dev.gatekeeper.wire.WireLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

/** The agent's end of a session in this process, with real servers, a real log and real frames. */
final class TestAgent implements AutoCloseable {
  /** Far above what an answer takes on a busy machine: a test that waits so long has failed. */
  private static final long PATIENCE_SECONDS = 30;

  private final Path directory;
  private final OutputStream toSession;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> passed = new ArrayList<>();
  private final Thread running;
  private final AuditLog log;
  private final Redactor redactor = new Redactor();
  private final Surroundings world;
  private final AtomicBoolean dialogs = new AtomicBoolean();
  private final AtomicReference<String> digest = new AtomicReference<>("sha256:test");
  private final AtomicReference<Policy> policy = new AtomicReference<>();
  private final Function<AllowList, Policy> judge;
  private final Session session;

  /** A session in which each entry of {@code servers}, JSON text, is in force. */
  TestAgent(Path directory, String servers) throws Exception {
    this(directory, servers, (statement, signature) -> false, Asking.PATIENCE);
  }

  /** The same, where {@code key} tells a person's signature. */
  TestAgent(Path directory, String servers, Approvals.TrustKey key, Duration patience)
      throws Exception {
    this(directory, servers, key, patience, Policy::withoutLock);
  }

  /** The same, where {@code judge} says by which lock. */
  TestAgent(
      Path directory,
      String servers,
      Approvals.TrustKey key,
      Duration patience,
      Function<AllowList, Policy> judge)
      throws Exception {
    this.directory = directory;
    this.judge = judge;
    policy.set(judge.apply(list(servers)));
    AuditContext context = new AuditContext();
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", directory.resolve("home").toString()));
    this.log =
        AuditLog.open(
            directory.resolve("audit"),
            AuditOptions.of(context).recipients(new Auditors(home)::recipients));
    Broker broker =
        new Broker(
            home, (prompt, confirm) -> Optional.of(VaultFixture.passphrase()), log, redactor);
    PathView paths = new RealPaths(directory, directory);
    this.world =
        new Surroundings(
            paths,
            Clock.systemUTC(),
            new Journal(log, context, redactor),
            new Launching(broker, new LaunchContext(directory, System.getenv()), new Watchdog()),
            redactor,
            new Diagnostics(System.err));
    PipedInputStream in = new PipedInputStream(1 << 20);
    this.toSession = new PipedOutputStream(in);
    PipedInputStream out = new PipedInputStream(1 << 20);
    PipedOutputStream fromSession = new PipedOutputStream(out);
    this.session =
        new Session(
            world,
            new FixedStanding(policy, digest, dialogs),
            new AccessRequests(directory, Clock.systemUTC()),
            new Asking(new Approvals(home, key, Clock.systemUTC()), directory.toString(), patience),
            new FrameReader(in, WireLimits.DEFAULT),
            new FrameWriter(fromSession));
    this.running = Thread.ofPlatform().start(session::run);
    Thread.ofPlatform().daemon().start(() -> readAll(out));
  }

  private static AllowList list(String servers) throws Exception {
    return ListReader.read(
        ("{\"version\":1,\"mcpServers\":{" + servers + "}}").getBytes(StandardCharsets.UTF_8),
        "allowlist.json");
  }

  /** Puts another list in force, as a person's trust does in a running session. */
  void adopt(String servers) throws Exception {
    policy.set(judge.apply(list(servers)));
    session.adopt();
  }

  private record FixedStanding(
      AtomicReference<Policy> inForce, AtomicReference<String> digest, AtomicBoolean dialogs)
      implements Standing {
    @Override
    public Policy policy() {
      return Objects.requireNonNull(inForce.get());
    }

    @Override
    public boolean dialogApproves() {
      return dialogs.get();
    }

    @Override
    public String listDigest() {
      return Objects.requireNonNull(digest.get());
    }

    @Override
    public String instructions() {
      return "test";
    }

    @Override
    public String text() {
      return "list: test\n";
    }
  }

  /** What is started from now on. */
  Surroundings world() {
    return world;
  }

  /** The entry of a {@link FakeServer} that records what it received in a file of its name. */
  static String fake(Path directory, String name, String more) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return "\"%s\":{\"reason\":\"test\",\"owner\":\"test\",\"command\":\"%s\",\"args\":[\"-XX:TieredStopAtLevel=1\",\"-XX:+UseSerialGC\",\"-cp\",\"%s\",\"%s\",\"%s\"],%s}"
        .formatted(
            name,
            java,
            System.getProperty("java.class.path").split(":", -1)[0],
            FakeServer.class.getName(),
            directory.resolve(name + ".seen"),
            more);
  }

  private void readAll(PipedInputStream out) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(out, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // The session's writer has ended.
    }
  }

  void send(String line) throws IOException {
    toSession.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    toSession.flush();
  }

  void request(String id, String method, String params) throws IOException {
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"method\":\""
            + method
            + "\",\"params\":"
            + params
            + "}");
  }

  void call(String id, String tool) throws IOException {
    request(id, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{}}");
  }

  /**
   * Has the fake server write these lines, in which {@code @ID} is the id that it knows this call
   * by. What the agent answers to a request among them becomes the result of the call.
   */
  void say(String id, String server, String... lines) throws IOException {
    byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    String packed = Base64.getEncoder().encodeToString(text);
    request(
        id,
        "tools/call",
        "{\"name\":\"" + server + "__say\",\"arguments\":{\"lines\":\"" + packed + "\"}}");
  }

  /**
   * The answer to a list once it holds {@code part}: a server that is slow to start is waited for.
   */
  String list(String id, String method, String part) throws Exception {
    while (true) {
      request(id, method, "{}");
      String answer = answer(id);
      if (answer.contains(part)) {
        return answer;
      }
      String changed = "notifications/" + method.replaceAll("/.*", "/list_changed");
      await(line -> line.contains(changed), changed);
    }
  }

  void initialize(String capabilities) throws Exception {
    initialize(capabilities, "2025-11-25");
  }

  void initialize(String capabilities, String revision) throws Exception {
    request(
        "\"init\"",
        "initialize",
        "{\"protocolVersion\":\""
            + revision
            + "\",\"capabilities\":"
            + capabilities
            + ",\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}");
    answer("\"init\"");
    send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
  }

  /** The answer with this id; what comes before it stays to be asked for. */
  String answer(String id) throws InterruptedException {
    return await(
        line -> line.contains("\"id\":" + id + ",") && !line.contains("\"method\":"), "id " + id);
  }

  /** The first message that fits, of those that were not taken yet. */
  String await(Predicate<String> fits, String what) throws InterruptedException {
    for (String line : passed) {
      if (fits.test(line)) {
        passed.remove(line);
        return line;
      }
    }
    while (true) {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(line).as("a message with " + what + " after " + passed).isNotNull();
      if (fits.test(line)) {
        return line;
      }
      passed.add(line);
    }
  }

  /** What came and was not taken, once an answer to a ping shows that nothing else is under way. */
  List<String> leftOver() throws Exception {
    send("{\"jsonrpc\":\"2.0\",\"id\":\"last\",\"method\":\"ping\"}");
    answer("\"last\"");
    return List.copyOf(passed);
  }

  /** From now on the client's dialog counts, or does not. */
  void dialogCounts(boolean counts) {
    dialogs.set(counts);
  }

  /** From now on another list counts, of this digest. */
  void listBecomes(String other) {
    digest.set(other);
  }

  /** From now on {@code value} is a managed one. */
  void watch(String reference, String value) {
    assertThat(redactor.watch(reference, value.getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  /** A text as the agent would see it. */
  String masked(byte[] text) {
    return new String(redactor.text(text), StandardCharsets.UTF_8);
  }

  /** From now on nothing can be masked any more. */
  void breakRedactor() {
    redactor.close();
  }

  /** All that the fake server of this name has received. */
  String seenBy(String server) throws IOException {
    Path file = directory.resolve(server + ".seen");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** Every line of the audit log, once all is written. */
  String audit() throws Exception {
    close();
    return recorded();
  }

  /** What of it is written by now; the session goes on. */
  String recorded() throws IOException {
    StringBuilder text = new StringBuilder();
    try (var segments = Files.list(directory.resolve("audit/log"))) {
      for (Path segment : segments.sorted().toList()) {
        text.append(Files.readString(segment));
      }
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    toSession.close();
    try {
      running.join();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a test", e);
    }
    log.close();
  }
}
