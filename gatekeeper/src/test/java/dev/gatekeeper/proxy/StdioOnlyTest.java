package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.Main;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A session whose servers are processes pays nothing for those that are elsewhere, nor for the JSON
 * library that reads what others wrote.
 */
final class StdioOnlyTest {
  /** Our rooms of HTTP, what they use of the JDK, what TLS brings; Jackson. */
  private static final Pattern TOO_MUCH =
      Pattern.compile(
          " (dev\\.gatekeeper\\.(http|remote|login)\\.|dev\\.gatekeeper\\.launch\\.Remotes"
              + "|java\\.net\\.http\\.|jdk\\.internal\\.net\\.http\\.|javax\\.net\\.ssl\\.|tools\\.jackson\\.)");

  @TempDir Path folder;

  /** One session with one server: initialize, list, call. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    String entry = TestAgent.fake(directory, "fake", "\"tools\":{\"allow\":[\"*\"]}");
    try (TestAgent agent = new TestAgent(directory, entry)) {
      agent.initialize("{}");
      agent.request("1", "tools/list", "{}");
      agent.answer("1");
      agent.call("2", "fake__echo");
      agent.answer("2");
    }
  }

  private List<String> loaded(List<String> line) throws Exception {
    Path log = folder.resolve("loaded");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath()));
    command.addAll(line);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("GATEKEEPER_HOME", folder.resolve("home").toString());
    builder.environment().put("HOME", folder.toString());
    assertThat(builder.start().waitFor()).as(() -> read("err")).isZero();
    try (var lines = Files.lines(log)) {
      List<String> all = lines.toList();
      assertThat(all).anyMatch(one -> one.contains(" dev.gatekeeper.launch.Launching "));
      return all.stream()
          .filter(one -> TOO_MUCH.matcher(one).find())
          .map(one -> one.replaceFirst("^.*\\[class,load\\] ", ""))
          .limit(20)
          .toList();
    }
  }

  /** Absolute: the process has another working directory. */
  private static String classPath() {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getProperty("java.class.path"))
        .map(each -> Path.of(each).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (java.io.IOException e) {
      return "no " + name;
    }
  }

  @Test
  void aSessionWithProcessesLoadsNoHttpAndNoJackson() throws Exception {
    List<String> much = loaded(List.of(StdioOnlyTest.class.getName(), folder.toString()));
    assertThat(much).as("loaded: %s", much).isEmpty();
  }

  @Test
  void theStartOfServeLoadsNoHttpAndNoJackson() throws Exception {
    List<String> much = loaded(List.of(Main.class.getName(), "serve"));
    assertThat(much).as("loaded: %s", much).isEmpty();
  }
}
