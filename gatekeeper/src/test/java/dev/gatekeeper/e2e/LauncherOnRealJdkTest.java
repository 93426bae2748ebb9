package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher with the JDK that runs this test: what the VM itself prints, and where. */
@EndToEnd
final class LauncherOnRealJdkTest {
  private record Ended(int exit, String out, String err) {}

  @TempDir Path folder;
  private Path launcher;
  private Path target;
  private final Map<String, String> environment = new HashMap<>();

  /** A copy of the launcher beside links to the built jars, so that its archive may be spoilt. */
  @BeforeEach
  void layOut() throws IOException {
    Path built = Path.of(System.getProperty("gatekeeper.jar", "target/gatekeeper.jar"));
    Path libraries = built.toAbsolutePath().resolveSibling("lib");
    Path module = folder.toRealPath().resolve("gatekeeper");
    launcher = module.resolve("bin/gatekeeper");
    target = Files.createDirectories(module.resolve("target"));
    Files.createDirectories(launcher.getParent());
    Files.copy(Path.of("bin/gatekeeper"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(built, target.resolve("gatekeeper.jar"));
    Files.createSymbolicLink(target.resolve("lib"), libraries);
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", folder.toString());
    environment.put("GATEKEEPER_JAVA_HOME", System.getProperty("java.home"));
  }

  @Test
  void theFirstCommandMakesAnArchiveAndNeitherSaysAWordOfIt() throws Exception {
    Ended first = run(folder, "--version");
    assertThat(first.out()).matches("gatekeeper \\S+\\R");
    assertThat(first.err()).isEmpty();
    assertThat(target.resolve("gatekeeper.aot")).isNotEmptyFile();
    assertThat(run(folder, "--version")).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "garbage", "empty"})
  void anArchiveThatDoesNotFitIsSilentlyDoneWithout(String kind) throws Exception {
    run(folder, "--version");
    Path archive = target.resolve("gatekeeper.aot");
    switch (kind) {
      case "missing" -> Files.delete(archive);
      case "garbage" -> Files.writeString(archive, "not an archive at all");
      default -> Files.write(archive, new byte[0]);
    }
    Ended ended = run(folder, "--version");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).startsWith("gatekeeper ");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void optionsForTheVmInTheEnvironmentDoNothing() throws Exception {
    environment.put("JAVA_TOOL_OPTIONS", "-Xlog:all=info");
    environment.put("JDK_JAVA_OPTIONS", "-version");
    environment.put("_JAVA_OPTIONS", "-javaagent:evil.jar");
    Ended ended = run(folder, "--version");
    assertThat(ended.out()).matches("gatekeeper \\S+\\R");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void aFolderWhoseNameIsNotAsciiIsNamedRightWithoutAnyLocale() throws Exception {
    Path somewhere = Files.createDirectories(folder.resolve("Übung")).toRealPath();
    Ended ended = run(somewhere, "status");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).contains(somewhere.toString());
  }

  private Ended run(Path directory, String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(arguments));
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Ended(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }
}
