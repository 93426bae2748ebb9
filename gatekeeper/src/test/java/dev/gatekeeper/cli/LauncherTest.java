package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/gatekeeper}: the JDK that it finds, and what it builds. */
final class LauncherTest extends LauncherFixture {
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
}
