package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The real Claude Code, without any account: an empty environment, a home of its own, a dummy key,
 * and a model that is only a script on a loopback port.
 */
final class ClaudeClient {
  /** Seconds for a whole conversation; ten times what it takes on two busy cores. */
  private static final int PATIENCE = 120;

  /** Made up; the model behind it is a script. */
  private static final String KEY = "made-up-key-of-a-test";

  /** How one run of the client ended. */
  record Run(int exit, String out, String err) {}

  private final Path claude;
  private final Path home;
  private final Path project;
  private final String path;

  ClaudeClient(Peers peers, Path home, Path project) throws IOException {
    this(peers, home, project, "");
  }

  /** A client whose {@code PATH} begins with {@code first}. */
  ClaudeClient(Peers peers, Path home, Path project, String first) throws IOException {
    String rest = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    this.path = first.isEmpty() ? rest : first + File.pathSeparator + rest;
    this.claude = peers.claude();
    this.home = Files.createDirectories(home);
    this.project = project;
  }

  /**
   * Runs one conversation in the project's folder, with the servers of {@code mcpConfig} and no
   * other.
   *
   * @param extra variables that the client, and so the servers it starts, has in its environment
   */
  Run run(MessagesApi api, Path mcpConfig, String allowedTools, Map<String, String> extra)
      throws IOException, InterruptedException {
    return run(
        api,
        List.of(
            "--mcp-config",
            mcpConfig.toString(),
            "--strict-mcp-config",
            "--allowedTools",
            allowedTools),
        extra);
  }

  Run run(MessagesApi api, List<String> options, Map<String, String> extra)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(claude.toString(), "-p", "Follow the script."));
    line.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(line).directory(project.toFile());
    prepare(builder.environment(), api, extra);
    Path out = home.resolve("stdout");
    Path err = home.resolve("stderr");
    Process process =
        builder
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    return new Run(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  /** An interactive session of the client, at a terminal of its own, in the project's folder. */
  ClaudeTerminal interactive(MessagesApi api, List<String> options, Map<String, String> extra)
      throws IOException {
    List<String> line = new ArrayList<>(List.of(claude.toString(), "Follow the script."));
    line.addAll(options);
    ClaudeTerminal.prepare(home.resolve(".claude"), project, KEY);
    Map<String, String> environment = new HashMap<>();
    prepare(environment, api, extra);
    return ClaudeTerminal.start(line, environment, project, home.resolve("screen"));
  }

  private void prepare(
      Map<String, String> environment, MessagesApi api, Map<String, String> extra) {
    environment.clear();
    environment.putAll(extra);
    environment.put("PATH", path);
    environment.put("HOME", home.toString());
    environment.put("CLAUDE_CONFIG_DIR", home.resolve(".claude").toString());
    environment.put("ANTHROPIC_BASE_URL", api.address());
    environment.put("ANTHROPIC_API_KEY", KEY);
    environment.put("DISABLE_TELEMETRY", "1");
    environment.put("DISABLE_AUTOUPDATER", "1");
    environment.put("DISABLE_ERROR_REPORTING", "1");
    environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
  }
}
