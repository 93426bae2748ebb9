package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code bin/gatekeeper} under the machine's own sh, in a checkout of nothing but itself. Its JDKs
 * and its Maven are small scripts, and the places where it looks for a JDK lie below the test's
 * folder, so that no test depends on what is installed.
 */
final class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "awk cat cp env find head mkdir mktemp mv printf readlink rm sleep sync test touch uname"
              .split(" "));

  private record Ended(int exit, String out, String err) {}

  @TempDir Path folder;
  private Path root;
  private Path checkout;
  private Path launcher;
  private Path path;
  private final Map<String, String> environment = new HashMap<>();

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

  @Test
  void isPlainPosixShell() throws Exception {
    Path shellcheck = Tools.require("shellcheck");
    Process process =
        new ProcessBuilder(shellcheck.toString(), "-s", "sh", "bin/gatekeeper")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void withoutAnyJdkItSaysWhatToInstall() throws Exception {
    Ended ended = run("status");
    assertThat(ended.exit()).isEqualTo(3);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith("gatekeeper: error: no JDK 25 or later found")
        .contains("gatekeeper: hint: ");
  }

  @Test
  void anOlderJdkIsNotTakenAndNotEvenStarted() throws Exception {
    Path old = jdk("usr/lib/jvm/java-17", "17.0.15");
    environment.put("JAVA_HOME", old.toString());
    Files.createSymbolicLink(path.resolve("java"), old.resolve("bin/java"));
    built();
    Ended ended = run("serve");
    assertThat(ended.exit()).isEqualTo(3);
    assertThat(ended.out()).isEmpty();
    assertThat(old.resolve("arguments")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr/lib/jvm/temurin 25",
        "usr/local/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home",
        "opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "home/.sdkman/candidates/java/25.0.1-tem",
        "home/.asdf/installs/java/temurin-25",
        "home/.local/share/mise/installs/java/25",
        "home/.jdks/temurin-25"
      })
  void findsTheJdkInThePlace(String place) throws Exception {
    jdk("usr/lib/jvm/a-17", "17.0.15");
    Path jdk = jdk(place, "25.0.1");
    built();
    assertThat(run("serve").exit()).isZero();
    assertThat(jdk.resolve("arguments")).exists();
  }

  @Test
  void aJavaOnThePathIsFollowedThroughItsLinks() throws Exception {
    Path jdk = jdk("somewhere/jdk-26", "26");
    Path alternatives = Files.createDirectories(root.resolve("alternatives")).resolve("java");
    Files.createSymbolicLink(alternatives, jdk.resolve("bin/java"));
    Files.createSymbolicLink(path.resolve("java"), alternatives);
    built();
    run("serve");
    assertThat(jdk.resolve("arguments")).exists();
  }

  @Test
  void theNamedJdkIsTakenBeforeAllOthersOrNoneIs() throws Exception {
    Path other = jdk("usr/lib/jvm/jdk-25", "25.0.1");
    Path named = jdk("named", "25.0.2");
    built();
    environment.put("GATEKEEPER_JAVA_HOME", named.toString());
    run("serve");
    assertThat(named.resolve("arguments")).exists();
    assertThat(other.resolve("arguments")).doesNotExist();
    environment.put("GATEKEEPER_JAVA_HOME", root.resolve("nowhere").toString());
    assertThat(run("serve").exit()).isEqualTo(3);
    assertThat(other.resolve("arguments")).doesNotExist();
  }

  @Test
  void serveTakesTheJdkOfTheArchiveWithoutASearch() throws Exception {
    Path first = jdk("usr/lib/jvm/jdk-25", "25.0.1");
    built();
    run("status");
    Path other = jdk("other", "25.0.2");
    environment.put("JAVA_HOME", other.toString());
    Files.delete(first.resolve("arguments"));
    run("serve");
    assertThat(first.resolve("arguments")).exists();
    assertThat(other.resolve("arguments")).doesNotExist();
    run("status");
    Files.delete(other.resolve("arguments"));
    run("serve");
    assertThat(other.resolve("arguments")).exists();
  }

  @Test
  void isStartedThroughAChainOfLinks() throws Exception {
    Path jdk = jdk("usr/lib/jvm/jdk-25", "25.0.1");
    built();
    Path relative = checkout.resolve("relative");
    Files.createSymbolicLink(relative, Path.of("gatekeeper", "bin", "gatekeeper"));
    Path link = path.resolve("gatekeeper");
    Files.createSymbolicLink(link, relative);
    launcher = link;
    assertThat(run("serve").exit()).isZero();
    assertThat(Files.readString(jdk.resolve("arguments"), UTF_8))
        .contains(
            "\n-cp\n"
                + checkout
                + "/gatekeeper/target/gatekeeper.jar\ndev.gatekeeper.cli.Main\nserve\n");
  }

  @Test
  void argumentsReachTheProgramAsTheyAre() throws Exception {
    Path jdk = jdk("usr/lib/jvm/jdk-25", "25.0.1");
    built();
    run("run", "", "a  b", "*", "$HOME", "-n", "\"'\\");
    assertThat(Files.readString(jdk.resolve("arguments"), UTF_8))
        .endsWith("\nrun\n\na  b\n*\n$HOME\n-n\n\"'\\\n");
  }

  @Test
  void whatWouldInjectCodeIntoTheVmIsNotPassedOn() throws Exception {
    Path jdk = jdk("usr/lib/jvm/jdk-25", "25.0.1");
    built();
    List<String> names =
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH");
    names.forEach(name -> environment.put(name, "-javaagent:evil.jar"));
    assertThat(run("serve").err()).isEmpty();
    assertThat(Files.readString(jdk.resolve("environment"), UTF_8)).doesNotContain("evil.jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "run build", "guard hook"})
  void whatAnAgentWaitsForIsNeverBuilt(String command) throws Exception {
    jdk("usr/lib/jvm/jdk-25", "25.0.1");
    maven("touch '%s/maven-ran'".formatted(root));
    Ended ended = run(command.split(" ", -1));
    assertThat(ended.exit()).isEqualTo(3);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .isEqualToIgnoringNewLines(
            """
            gatekeeper: error: not built yet
            gatekeeper: hint: type %s --version once
            """
                .formatted(launcher));
    assertThat(root.resolve("maven-ran")).doesNotExist();
  }

  @Test
  void aPersonsFirstCommandBuildsAndSaysSo() throws Exception {
    jdk("usr/lib/jvm/jdk-25", "25.0.1");
    maven(
        "echo chatter; echo '[INFO] Building gatekeeper 0.1 [2/3]'; cat >taken-from-input; touch"
            + " gatekeeper/target/gatekeeper.jar");
    Ended ended = run("status");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).isEqualTo("the program speaks\n");
    assertThat(ended.err())
        .contains("gatekeeper: building from the sources in " + checkout)
        .contains("gatekeeper: Building gatekeeper 0.1 [2/3]")
        .doesNotContain("chatter");
    assertThat(checkout.resolve("taken-from-input")).isEmptyFile();
    assertThat(checkout.resolve("gatekeeper/target/build.lock")).doesNotExist();
    assertThat(run("status").err()).isEmpty();
  }

  @Test
  void aBuildThatFailsEndsTheCommand() throws Exception {
    Path jdk = jdk("usr/lib/jvm/jdk-25", "25.0.1");
    maven("echo '[ERROR] what is wrong' >&2; exit 1");
    Ended ended = run("status");
    assertThat(ended.exit()).isEqualTo(3);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains("[ERROR] what is wrong", "gatekeeper: error: the build failed");
    assertThat(jdk.resolve("arguments")).doesNotExist();
    assertThat(checkout.resolve("gatekeeper/target/build.lock")).doesNotExist();
  }

  @Test
  void changedSourcesAreRebuiltForAPersonAndNotUnderServe() throws Exception {
    jdk("usr/lib/jvm/jdk-25", "25.0.1");
    Path jar = built();
    maven("echo ran >>maven-ran");
    Path source = checkout.resolve("gatekeeper/src/main/java/A.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "class A {}");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
    run("serve");
    assertThat(checkout.resolve("maven-ran")).doesNotExist();
    run("status");
    run("status");
    assertThat(checkout.resolve("maven-ran")).hasContent("ran");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gatekeeper.jar", "lib/allowlist-1.jar"})
  void anArchiveOlderThanAJarIsNotUsedSinceTheVmWouldRunOldCode(String name) throws Exception {
    Path jdk = jdk("usr/lib/jvm/jdk-25", "25.0.1");
    Path jar = built().resolveSibling(name);
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "a jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
    run("status");
    run("serve");
    assertThat(Files.readString(jdk.resolve("arguments"), UTF_8)).contains("-XX:AOTCache=");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
    run("serve");
    assertThat(Files.readString(jdk.resolve("arguments"), UTF_8)).doesNotContain("-XX:AOTCache=");
  }

  @Test
  void theLockOfADeadBuildIsTakenOver() throws Exception {
    jdk("usr/lib/jvm/jdk-25", "25.0.1");
    maven("touch gatekeeper/target/gatekeeper.jar");
    Path lock = Files.createDirectories(checkout.resolve("gatekeeper/target/build.lock"));
    Process dead = new ProcessBuilder(Tools.require("sh").toString(), "-c", ":").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), Long.toString(dead.pid()));
    assertThat(run("status").exit()).isZero();
  }

  /** Maven goes on where its launcher was killed; a second one beside it would spoil both. */
  @Test
  void aBuildWhoseLauncherWasKilledIsWaitedFor() throws Exception {
    jdk("usr/lib/jvm/jdk-25", "25.0.1");
    maven(
        "echo ran >>maven-ran; until [ -e go-on ]; do sleep 0.1; done;"
            + " touch gatekeeper/target/gatekeeper.jar");
    Path ran = checkout.resolve("maven-ran");
    Path err = root.resolve("stderr");
    try {
      Process killed = start("status");
      await(() -> Files.exists(ran));
      killed.destroyForcibly().waitFor();
      Process next = start("status");
      await(() -> Files.readString(err, UTF_8).contains("waiting for another build"));
      Files.writeString(checkout.resolve("go-on"), "");
      assertThat(next.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(next.exitValue()).isZero();
      assertThat(ran).hasContent("ran");
    } finally {
      Files.writeString(checkout.resolve("go-on"), "");
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.call()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }

  /** Java opens files of its own, under the numbers that are free. */
  @Test
  void aDescriptorThatNobodyGaveIsNoneLater() throws Exception {
    Path jdk = jdk("usr/lib/jvm/java-25", "25.0.1");
    built();
    for (String number : List.of("7", "12")) {
      environment.put("GATEKEEPER_PASSPHRASE_FD", number);
      assertThat(run("serve").exit()).isZero();
      assertThat(Files.readAllLines(jdk.resolve("environment")))
          .contains("GATEKEEPER_PASSPHRASE_FD=closed");
    }
    environment.put("GATEKEEPER_PASSPHRASE_FD", "7");
    Path given = root.resolve("given");
    script(given, "#!/bin/sh\nexec '" + launcher + "' \"$@\" 7</dev/null\n");
    launcher = given;
    assertThat(run("serve").exit()).isZero();
    assertThat(Files.readAllLines(jdk.resolve("environment")))
        .contains("GATEKEEPER_PASSPHRASE_FD=7");
  }

  /** Else {@code vault scan -} would read a file of the JDK, and find nothing in it. */
  @Test
  void whatIsClosedIsEmptyAndNoFileOfJavas() throws Exception {
    Path jdk = jdk("usr/lib/jvm/java-25", "25.0.1");
    Path opened = root.resolve("opened");
    script(
        jdk.resolve("bin/java"),
        "#!/bin/sh\nfor n in 0 1 2; do readlink /dev/fd/$n; done >'" + opened + "'\n");
    built();
    script(path.resolve("readlink"), "#!/bin/sh\nexec " + Tools.require("readlink") + " \"$@\"\n");
    Path given = root.resolve("given");
    script(given, "#!/bin/sh\nexec '" + launcher + "' \"$@\" <&- >&-\n");
    launcher = given;
    assertThat(run("serve").exit()).isZero();
    assertThat(Files.readAllLines(opened).getFirst()).isEqualTo("/dev/null");
  }

  private Path jdk(String place, String version) throws IOException {
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

  private void maven(String body) throws IOException {
    script(path.resolve("mvn"), "#!/bin/sh\n" + body + "\n");
  }

  private Path built() throws IOException {
    Path jar = checkout.resolve("gatekeeper/target/gatekeeper.jar");
    Files.createDirectories(jar.getParent());
    return Files.writeString(jar, "a jar");
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readString(root.resolve("stdout"), UTF_8),
        Files.readString(root.resolve("stderr"), UTF_8));
  }

  private Process start(String... arguments) throws IOException {
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
