package dev.gatekeeper.pin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.pin.cache.Cache;
import dev.gatekeeper.pin.cache.PinException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which installed trees are removed, and which stay. */
final class PruneTest {
  private static final Instant NOTHING_IS_YOUNG = Instant.parse("2999-01-01T00:00:00Z");

  @TempDir Path folder;
  private Path home;
  private Cache cache;

  /** A session that has started a program, in a process of its own. */
  public static void main(String[] arguments) throws Exception {
    Path tree = new Cache(home(Path.of(arguments[0]))).use(Digest.read(arguments[1]).orElseThrow());
    System.out.println(tree);
    int _ = System.in.read();
  }

  @BeforeEach
  void layOut() throws Exception {
    home = folder.toRealPath().resolve("home");
    cache = new Cache(home(home));
  }

  private static Home home(Path path) throws Exception {
    return Home.locate(Map.of("GATEKEEPER_HOME", path.toString()));
  }

  private Digest installed(String content) throws Exception {
    return cache.install(
        Optional.empty(), empty -> Files.writeString(empty.resolve("a.js"), content));
  }

  @Test
  void whatNobodyNamesGoesWithAllThatBelongsToIt() throws Exception {
    Digest named = installed("named");
    Digest left = installed("left over");
    Path foreign = Files.writeString(home.resolve("programs/interpreters.json"), "{}");

    assertThat(cache.prune(Set.of(named), NOTHING_IS_YOUNG)).containsExactly(left.hex());
    assertThat(cache.check(named)).isDirectory();
    assertThat(foreign).exists();
    assertThat(home.resolve("programs").toFile().list())
        .noneMatch(name -> name.startsWith(left.hex()) || name.startsWith("old-"));
    assertThatThrownBy(() -> cache.use(left)).hasMessageContaining("not installed");
    assertThat(cache.prune(Set.of(named), NOTHING_IS_YOUNG)).isEmpty();
  }

  /** Some servers keep all that they know beside their code. */
  @Test
  void whatWasWrittenIntoATreeIsSetAsideWhereTheTreeIsReplaced() throws Exception {
    Digest digest = installed("server");
    Path tree = cache.check(digest);
    for (Path sealed : new Path[] {tree, tree.resolve("a.js")}) {
      Files.setPosixFilePermissions(sealed, PosixFilePermissions.fromString("rwx------"));
    }
    Files.createDirectory(tree.resolve("data"));
    Files.writeString(tree.resolve("data/memory.jsonl"), "made-up memory");
    assertThatThrownBy(() -> cache.check(digest))
        .isInstanceOfSatisfying(
            PinException.class,
            e -> {
              assertThat(e.what()).endsWith("data/memory.jsonl was added");
              assertThat(e.hint().orElseThrow())
                  .startsWith("gatekeeper allowlist install, which sets what was written aside")
                  .contains("\"env\"");
            });

    assertThat(installed("server")).isEqualTo(digest);
    assertThat(cache.check(digest)).isDirectory();
    Path aside = cache.asides().getFirst();
    assertThat(aside.resolve("data/memory.jsonl")).hasContent("made-up memory");
    assertThat(aside.resolve("a.js")).doesNotExist();
    Digest other = installed("other");
    assertThat(cache.prune(Set.of(other), NOTHING_IS_YOUNG)).containsExactly(digest.hex());
    assertThat(aside.resolve("data/memory.jsonl")).exists();
    assertThat(cache.asides()).hasSize(1);
  }

  /** Others keep it in a file that they were delivered with. */
  @Test
  void whatWasAlteredInATreeIsSetAsideWhereTheTreeIsReplaced() throws Exception {
    Digest digest = installed("server");
    Path file = cache.check(digest).resolve("a.js");
    byte[] delivered = Files.readAllBytes(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(file, "made-up memory");
    assertThatThrownBy(() -> cache.check(digest)).hasMessageContaining("a.js was altered");

    assertThat(installed("server")).isEqualTo(digest);
    assertThat(file).hasBinaryContent(delivered);
    assertThat(cache.asides().getFirst()).isDirectoryContaining("glob:**/a.js");
    assertThat(cache.asides().getFirst().resolve("a.js")).hasContent("made-up memory");
  }

  @Test
  void whatIsYoungStays() throws Exception {
    Digest digest = installed("young");
    assertThat(cache.prune(Set.of(), Instant.now().minusSeconds(60))).isEmpty();
    assertThat(cache.check(digest)).isDirectory();
  }

  @Test
  void aTreeThatThisProcessUsesStays() throws Exception {
    Digest digest = installed("in use here");
    Path _ = cache.use(digest);
    Path _ = cache.use(digest);
    assertThat(cache.prune(Set.of(), NOTHING_IS_YOUNG)).isEmpty();
  }

  @Test
  void aTreeThatARunningSessionUsesStaysUntilItEnds() throws Exception {
    Digest digest = installed("in use elsewhere");
    Process session =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    PruneTest.class.getName(),
                    home.toString(),
                    digest.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(session.getInputStream(), UTF_8))) {
      assertThat(said.readLine()).endsWith(digest.hex());
      assertThat(cache.prune(Set.of(), NOTHING_IS_YOUNG)).isEmpty();
      assertThat(cache.check(digest)).isDirectory();
    } finally {
      session.destroyForcibly();
    }
    session.waitFor();
    assertThat(cache.prune(Set.of(), NOTHING_IS_YOUNG)).containsExactly(digest.hex());
  }
}
