package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/gatekeeper} under the machine's own sh, in a checkout of nothing but itself. Its JDKs
 * and its Maven are small scripts, and the places where it looks for a JDK lie below the test's
 * folder, so that no test depends on what is installed.
 */
abstract class LauncherFixture {
  private static final List<String> TOOLS =
      List.of(
          "awk cat cp env find head mkdir mktemp mv printf readlink rm sleep sync test touch uname"
              .split(" "));

  record Ended(int exit, String out, String err) {}

  @TempDir Path folder;
  Path root;
  Path checkout;
  Path launcher;
  Path path;
  final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void layOut() throws IOException {
    root = folder.toRealPath();
    path = Files.createDirectories(root.resolve("path"));
    for (String tool : TOOLS) {
      script(path.resolve(tool), "#!/bin/sh\nexec " + Tools.require(tool) + " \"$@\"\n");
    }
    checkout = Files.createDirectories(root.resolve("a checkout, with spaces"));
    launcher = checkout.resolve("gatekeeper/bin/gatekeeper");
    Files.createDirectories(launcher.getParent());
    String text = Files.readString(Path.of("bin", "gatekeeper"));
    String moved =
        Pattern.compile("(?<=\\s)/(?=(usr|opt|Library|home|nix|run)/)")
            .matcher(text)
            .replaceAll(root.toString() + "/");
    script(launcher, moved);
    environment.put("PATH", path.toString());
    environment.put("HOME", root.resolve("home").toString());
  }

  Path jdk(String place, String version) throws IOException {
    Path home = Files.createDirectories(root.resolve(place));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"A test\"\nJAVA_RUNTIME_VERSION=\"%1$s+9\"\nJAVA_VERSION=\"%1$s\"\n"
            .formatted(version));
    script(
        home.resolve("bin/java"),
        """
        #!/bin/sh
        printf '%%s\\n' "$@" >'%1$s/arguments'
        env >'%1$s/environment'
        echo 'the program speaks'
        """
            .formatted(home));
    return home;
  }

  void maven(String body) throws IOException {
    script(path.resolve("mvn"), "#!/bin/sh\n" + body + "\n");
  }

  Path built() throws IOException {
    Path jar = checkout.resolve("gatekeeper/target/gatekeeper.jar");
    Files.createDirectories(jar.getParent());
    return Files.writeString(jar, "a jar");
  }

  static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Ended run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readString(root.resolve("stdout"), UTF_8),
        Files.readString(root.resolve("stderr"), UTF_8));
  }

  Process start(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(root.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path out = root.resolve("stdout");
    Path err = root.resolve("stderr");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    return process;
  }
}
