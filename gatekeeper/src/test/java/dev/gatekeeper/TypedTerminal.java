package dev.gatekeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A person at a shell in a terminal that script(1) made, which shows what is typed unless somebody
 * tells it not to.
 */
public final class TypedTerminal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final InputStream screen;
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private int read;

  private TypedTerminal(Process process) {
    this.process = process;
    this.screen = process.getInputStream();
  }

  /**
   * An interactive shell without a prompt, with this environment alone. A shell that runs this test
   * in the background has it ignore SIGINT, and what is ignored stays so across exec: this one
   * starts with the defaults.
   */
  public static TypedTerminal open(Path folder, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Tools.require("env").toString(),
                "--default-signal=HUP,INT,QUIT,TERM",
                Tools.require("script").toString(),
                "-qec",
                "exec bash --norc --noprofile --noediting -i",
                "/dev/null")
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("PS1", "");
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path")); // a long line
    return new TypedTerminal(builder.start());
  }

  /** A line for the shell that runs this class. */
  public static String java(Class<?> main, String... arguments) {
    return String.join(
            " ",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "'" + main.getName() + "'", // the name of a nested class has a $
            String.join(" ", List.of(arguments)))
        .strip();
  }

  /** All of it at once, as a paste comes. */
  public void type(String text) throws IOException {
    type(text.getBytes(UTF_8));
  }

  /** As {@link #type(String)}, in whatever characters. */
  public void type(byte[] text) throws IOException {
    process.getOutputStream().write(text);
    process.getOutputStream().flush();
  }

  /** Reads on until the screen shows {@code text}. */
  public void see(String text) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (shown().indexOf(text, read) < 0) {
      int count = screen.available();
      shown.writeBytes(screen.readNBytes(count));
      if (count == 0) {
        if (System.nanoTime() > end) {
          throw new AssertionError("the screen showed no '" + text + "' but:\n" + shown());
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
    read = shown().indexOf(text, read) + text.length();
  }

  /** All that it has shown so far, a person's typing included. */
  public String shown() {
    return shown.toString(UTF_8);
  }

  /** The programs of {@link #java} that run in it. */
  public List<ProcessHandle> programs() {
    return process
        .descendants()
        .filter(each -> each.info().command().orElse("").endsWith("/java"))
        .toList();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
