package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server of the peers that listens on this machine, in a process of its own. */
final class HttpPeer implements AutoCloseable {
  private static final long START_SECONDS = 30;
  private static final long END_SECONDS = 5;

  private final Process process;
  private final int port;
  private final Path log;

  private HttpPeer(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** {@code server-everything}: {@code streamableHttp} or {@code sse}. */
  static HttpPeer everything(Peers peers, Path folder, String transport) throws Exception {
    return start(peers.server("everything", transport), folder, port());
  }

  /** The example of the TypeScript SDK that has sessions, events that it remembers, and tasks. */
  static HttpPeer example(Peers peers, Path folder) throws Exception {
    return start(
        List.of(
            peers.node().toString(),
            peers
                .folder()
                .resolve(
                    "node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js")
                .toString()),
        folder,
        port());
  }

  /** {@code src/test/peers/streamable.mjs}: the TypeScript SDK's transport in one of its modes. */
  static HttpPeer streamable(Peers peers, Path folder, String... mode) throws Exception {
    return streamable(peers, folder, port(), mode);
  }

  static HttpPeer streamable(Peers peers, Path folder, int port, String... mode) throws Exception {
    return script(peers, folder, port, "streamable.mjs", mode);
  }

  /** {@link ServletPeer}. */
  static HttpPeer servlet(Path folder, String... words) throws Exception {
    return servlet(folder, port(), words);
  }

  static HttpPeer servlet(Path folder, int port, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ServletPeer.class.getName(),
                Files.createDirectories(folder.resolve("servlet")).toString()));
    command.addAll(List.of(words));
    return start(command, folder, port);
  }

  /** A script of {@code src/test/peers}. */
  static HttpPeer script(Peers peers, Path folder, String name, String... words) throws Exception {
    return script(peers, folder, port(), name, words);
  }

  private static HttpPeer script(Peers peers, Path folder, int port, String name, String... words)
      throws Exception {
    Path script = peers.folder().resolve(name);
    Files.copy(Path.of(Project.script(name)), script, StandardCopyOption.REPLACE_EXISTING);
    List<String> command = new ArrayList<>(List.of(peers.node().toString(), script.toString()));
    command.addAll(List.of(words));
    return start(command, folder, port);
  }

  private static HttpPeer start(List<String> command, Path folder, int port) throws Exception {
    Path log = Files.createTempFile(folder, "peer", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
                "PORT", String.valueOf(port),
                "MCP_PORT", String.valueOf(port)));
    HttpPeer peer = new HttpPeer(builder.start(), port, log);
    peer.awaitPort();
    return peer;
  }

  /** A port that was free a moment ago. */
  static int port() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitPort() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < end && process.isAlive()) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        Thread.sleep(50); // no event says that a process listens
      }
    }
    process.destroyForcibly();
    throw new IOException("the server does not listen: " + Files.readString(log, UTF_8));
  }

  int portNumber() {
    return port;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  String log() throws IOException {
    return Files.readString(log, UTF_8);
  }

  /** Ends the server as a crash does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends the server and what it started, which then writes no longer to a folder of the test. */
  @Override
  public void close() {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroy);
    await(started);
    started.forEach(ProcessHandle::destroyForcibly);
    await(started);
  }

  private static void await(List<ProcessHandle> ended) {
    CompletableFuture.allOf(
            ended.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, END_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
