package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * The interactive client at a terminal that script(1) made, and a person who reads its screen and
 * presses keys.
 *
 * <p>The first screens (theme, key, folder) are answered in the file where the client itself keeps
 * the answers.
 */
final class ClaudeTerminal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration REACTION = Duration.ofSeconds(1);

  /** Sequences that move the cursor or paint: what is left are the letters in the order written. */
  private static final Pattern PAINT =
      Pattern.compile("\\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(\\u0007|\\u001b\\\\)|.)");

  private final Process process;
  private final OutputStream keys;
  private final Path screen;
  private int read;

  private ClaudeTerminal(Process process, Path screen) {
    this.process = process;
    this.keys = process.getOutputStream();
    this.screen = screen;
  }

  /** What a person answered who used the client in this folder before. */
  static void prepare(Path configuration, Path project, String key) throws IOException {
    Files.createDirectories(configuration);
    Map<String, Object> folder =
        Map.of("hasTrustDialogAccepted", true, "hasCompletedProjectOnboarding", true);
    Map<String, Object> known =
        Map.of(
            "hasCompletedOnboarding",
            true,
            "theme",
            "dark",
            "numStartups",
            5,
            "customApiKeyResponses",
            Map.of("approved", List.of(key.substring(key.length() - 20)), "rejected", List.of()),
            "projects",
            Map.of(project.toString(), folder));
    Files.writeString(
        configuration.resolve(".claude.json"), JsonMapper.shared().writeValueAsString(known));
  }

  static ClaudeTerminal start(
      List<String> line, Map<String, String> environment, Path folder, Path screen)
      throws IOException {
    String quoted =
        line.stream().map(word -> "'" + word + "'").reduce((a, b) -> a + " " + b).orElseThrow();
    ProcessBuilder builder =
        new ProcessBuilder(
                Tools.require("script").toString(),
                "-qec",
                "stty rows 50 cols 150; exec " + quoted,
                "/dev/null")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(screen.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("TERM", "xterm-256color");
    return new ClaudeTerminal(builder.start(), screen);
  }

  /** Waits until the screen has shown this text since the last one waited for; blanks are free. */
  void awaits(String text) throws IOException {
    String wanted = text.replaceAll("\\s", "");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      String shown = shown();
      int at = shown.indexOf(wanted, Math.min(read, shown.length()));
      if (at >= 0) {
        read = at + wanted.length();
        return;
      }
      LockSupport.parkNanos(50_000_000);
    }
    throw new AssertionError("the client did not show '" + text + "' but:\n" + shown());
  }

  /** As slow as a person: the client drops keys that come while it still paints a dialog. */
  void enter() throws IOException {
    LockSupport.parkNanos(REACTION.toNanos());
    keys.write('\r');
    keys.flush();
  }

  private String shown() throws IOException {
    String all = new String(Files.readAllBytes(screen), UTF_8);
    return PAINT.matcher(all).replaceAll("").replaceAll("\\s", "");
  }

  /** As a window that is closed: the client gets SIGHUP. */
  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
