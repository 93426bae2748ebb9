package dev.gatekeeper.allowlist.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SplicesTest {
  @TempDir private Path folder;

  @Test
  void linesAroundAChangeStandInItsHunk() {
    Splices splices = new Splices("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13");
    splices.replace(2, 3, "two\ntwo and a half");
    splices.replace(27, 29, "thirteen");
    assertThat(splices.patch("f"))
        .isEqualTo(
            """
            --- a/f
            +++ b/f
            @@ -1,5 +1,6 @@
             1
            -2
            +two
            +two and a half
             3
             4
             5
            @@ -10,4 +11,4 @@
             10
             11
             12
            -13
            \\ No newline at end of file
            +thirteen
            \\ No newline at end of file
            """);
  }

  @Test
  void withoutAChangeThereIsNoPatch() {
    assertThat(new Splices("a\n").patch("f")).isEmpty();
    assertThat(new Splices("a\n").applied()).isEqualTo("a\n");
  }

  /** What the patch makes by {@code git apply} is what {@link Splices#applied} says. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void gitMakesTheSameOfThePatch(long seed) throws Exception {
    Random random = new Random(seed);
    String newline = random.nextInt(3) == 0 ? "\r\n" : "\n";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(60); i >= 0; i--) {
      text.append("line ")
          .append(random.nextInt(5))
          .append(i == 0 && random.nextBoolean() ? "" : newline);
    }
    Splices splices = new Splices(text.toString());
    for (int at = 0; at < text.length(); at += 1 + random.nextInt(80)) {
      int end = Math.min(text.length(), at + random.nextInt(12));
      splices.replace(at, end, "x" + (random.nextBoolean() ? newline + "y" : ""));
      at = end;
    }
    Path file = Files.writeString(folder.resolve("f"), text);
    Path patch = Files.writeString(folder.resolve("p"), splices.patch("f"));
    if (splices.patch("f").isEmpty()) {
      return;
    }
    Process git =
        new ProcessBuilder(
                "git", "apply", "--unsafe-paths", "--whitespace=nowarn", patch.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(git.exitValue()).as(said).isZero();
    assertThat(Files.readString(file)).isEqualTo(splices.applied());
  }
}
