package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher with the JDK that runs this test: what the VM itself prints, and where. */
@EndToEnd
final class LauncherOnRealJdkTest {
  private record Ended(int exit, String out, String err) {}

  /** One for all tests, for its archive takes longer to make than all that they do with it. */
  @TempDir private static Path module;

  private static Path launcher;
  private static Path archive;
  private static Path whole;
  private static Ended first;

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  /** A copy of the launcher beside links to the built jars, so that its archive may be spoilt. */
  @BeforeAll
  static void layOut(@TempDir Path home) throws Exception {
    Path built = Path.of(System.getProperty("gatekeeper.jar", "target/gatekeeper.jar"));
    Path libraries = built.toAbsolutePath().resolveSibling("lib");
    module = module.toRealPath().resolve("gatekeeper");
    launcher = module.resolve("bin/gatekeeper");
    Path target = Files.createDirectories(module.resolve("target"));
    archive = target.resolve("gatekeeper.aot");
    whole = target.resolve("whole");
    Files.createDirectories(launcher.getParent());
    Files.copy(Path.of("bin/gatekeeper"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(built, target.resolve("gatekeeper.jar"));
    Files.createSymbolicLink(target.resolve("lib"), libraries);
    Path sync = Files.createDirectory(module.resolve("path")).resolve("sync");
    Files.writeString(
        sync,
        "#!/bin/sh\n[ ! -e '%s' ] && cp \"$1\" '%s'\n"
            .formatted(archive, module.resolve("synced")));
    Files.setPosixFilePermissions(sync, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> watched = new HashMap<>(environment(home));
    watched.merge("PATH", sync.getParent() + ":", (all, before) -> before + all);
    first = run(home, watched, home, "--version");
    Files.copy(archive, whole);
  }

  /** After a loss of power the VM would die of what was not written, at each start. */
  @Test
  void anArchiveIsOnTheDiskBeforeItCounts() {
    assertThat(module.resolve("synced")).hasSameBinaryContentAs(whole);
  }

  private static Map<String, String> environment(Path home) {
    return Map.of(
        "PATH",
        System.getenv("PATH"),
        "HOME",
        home.toString(),
        "GATEKEEPER_JAVA_HOME",
        System.getProperty("java.home"));
  }

  @BeforeEach
  void unspoilt() throws IOException {
    Files.copy(whole, archive, StandardCopyOption.REPLACE_EXISTING);
    environment.putAll(environment(folder));
  }

  @Test
  void theFirstCommandMakesAnArchiveAndNeitherSaysAWordOfIt() throws Exception {
    assertThat(first.out()).matches("gatekeeper \\S+\\R");
    assertThat(first.err()).isEmpty();
    assertThat(whole).isNotEmptyFile();
    assertThat(run(folder, "--version")).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "garbage", "empty"})
  void anArchiveThatDoesNotFitIsSilentlyDoneWithout(String kind) throws Exception {
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
    return run(folder, environment, directory, arguments);
  }

  private static Ended run(
      Path scratch, Map<String, String> environment, Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(arguments));
    Path out = scratch.resolve("stdout");
    Path err = scratch.resolve("stderr");
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
