package dev.gatekeeper.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Folder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The demo's temporary home and repository, and this very program started in them. */
final class DemoStage implements AutoCloseable {
  private final PrintStream out;
  private final Path folder;
  private final boolean keep;
  private final List<String> program;
  private final Path examples;

  private DemoStage(
      PrintStream out, Path folder, boolean keep, List<String> program, Path examples) {
    this.out = out;
    this.folder = folder;
    this.keep = keep;
    this.program = program;
    this.examples = examples;
  }

  /** A new folder, for nobody but us. */
  static DemoStage set(Console console, boolean keep) throws IOException, CommandFailure {
    Path jar = ownCode();
    Path examples = jar.resolveSibling("../../examples/target/examples.jar").normalize();
    if (!Files.isRegularFile(examples)) {
      throw CommandFailure.cannotJudge(
          "the demo's two servers are not built: there is no " + examples,
          "mvn -DskipTests package");
    }
    Path folder = Files.createTempDirectory("gatekeeper-demo-").toRealPath();
    Files.createDirectories(folder.resolve("repository/.gatekeeper"));
    Path passphrase = folder.resolve("passphrase");
    Files.createFile(
        passphrase,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passphrase, "made up for this demo: " + UUID.randomUUID());
    return new DemoStage(console.out(), folder, keep, ownCommand(), examples);
  }

  private static Path ownCode() {
    try {
      return Path.of(DemoStage.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError("the place of our own code is a file", e);
    }
  }

  /** The command line of this process up to the command: the same VM, options and jar. */
  private static List<String> ownCommand() throws CommandFailure {
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> line = Arrays.asList(self.arguments().orElse(new String[0]));
    int demo = line.indexOf("demo");
    if (self.command().isEmpty() || demo < 0) {
      throw CommandFailure.cannotJudge(
          "this system does not tell how this program was started", "gatekeeper --help");
    }
    List<String> own = new ArrayList<>(List.of(self.command().get()));
    own.addAll(line.subList(0, demo));
    return own;
  }

  Path folder() {
    return folder;
  }

  /** Writes the allow-list of the demo's repository. */
  Path writeList() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String text =
        """
        {
          "version": 1,
          "mcpServers": {
            "weather": {
              "reason": "forecasts", "owner": "alice",
              "command": "%1$s",
              "args": ["-cp", "%2$s", "dev.gatekeeper.examples.WeatherServer"],
              "env": { "WEATHER_API_KEY": "secret:weather/key" },
              "tools": { "allow": ["get_*"] }
            },
            "leaky": {
              "reason": "to see what happens", "owner": "alice",
              "command": "%1$s",
              "args": ["-cp", "%2$s", "dev.gatekeeper.examples.LeakyServer"],
              "env": { "LEAKY_TOKEN": "secret:leaky/token" },
              "tools": { "allow": ["*"], "deny": ["read_file"] }
            }
          }
        }
        """
            .formatted(java, examples);
    return Files.writeString(repository().resolve(".gatekeeper/allowlist.json"), text);
  }

  /** Shows a command of this program with what it prints, and fails where it fails. */
  void must(String input, String... arguments)
      throws IOException, InterruptedException, CommandFailure {
    int status = show(input, arguments);
    if (status != 0) {
      throw CommandFailure.cannotJudge(
          "the command above ended with status " + status, "gatekeeper demo --keep");
    }
  }

  /** Shows a command of this program with what it prints; returns its exit status. */
  int show(String input, String... arguments) throws IOException, InterruptedException {
    out.println("  $ gatekeeper " + String.join(" ", arguments));
    out.flush();
    Process process = builder(Arrays.asList(arguments)).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    said.lines().forEach(line -> out.println("    " + line));
    return process.waitFor();
  }

  /** The agent, which has started {@code serve} in the repository. */
  DemoAgent agent() throws IOException {
    Path log = folder.resolve("serve.log");
    return new DemoAgent(builder(List.of("serve")).redirectError(log.toFile()).start());
  }

  private ProcessBuilder builder(List<String> arguments) {
    List<String> line = new ArrayList<>(program);
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line).directory(repository().toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> !name.equals("PATH") && !name.startsWith("LC_"));
    environment.put("HOME", folder.toString());
    environment.put("GATEKEEPER_HOME", folder.resolve("state").toString());
    environment.put("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
    return builder;
  }

  private Path repository() {
    return folder.resolve("repository");
  }

  /**
   * In the first segment that holds {@code text}, its last letter (before a quote) becomes another.
   */
  void alterOneByte(String text) throws IOException {
    try (Stream<Path> segments = Files.list(folder.resolve("state/audit/log"))) {
      for (Path segment : segments.sorted().toList()) {
        String log = Files.readString(segment);
        int at = log.indexOf(text) + text.length() - 2;
        if (at >= text.length() - 2) {
          Files.writeString(
              segment, log.substring(0, at) + (char) (log.charAt(at) ^ 1) + log.substring(at + 1));
          return;
        }
      }
    }
    throw new IOException("the record does not hold " + text);
  }

  /** Removes the folder, unless it was to be kept. */
  @Override
  public void close() throws IOException {
    if (keep) {
      return;
    }
    Folder.delete(folder);
  }
}
