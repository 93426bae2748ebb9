package dev.gatekeeper.cli.vault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class DotEnvTest {
  private static List<String> read(String text) {
    try (DotEnv env = DotEnv.parse(text.getBytes(UTF_8))) {
      return env.variables().stream()
          .map(
              one ->
                  one.firstLine()
                      + "-"
                      + one.lastLine()
                      + " "
                      + one.key()
                      + "="
                      + new String(one.unsafeValue(), UTF_8))
          .toList();
    }
  }

  private static List<DotEnv.Problem> problems(String text) {
    try (DotEnv env = DotEnv.parse(text.getBytes(UTF_8))) {
      return List.copyOf(env.problems());
    }
  }

  @Test
  void nothingHoldsNothing() {
    assertThat(read("")).isEmpty();
    assertThat(read("\n# A=b\n  \n\r\n")).isEmpty();
  }

  @Test
  void theFormsOfAValue() {
    assertThat(read("A=b")).containsExactly("1-1 A=b");
    assertThat(read(" export A = b c # d\n")).containsExactly("1-1 A=b c");
    assertThat(read("A=b#c\r\n")).containsExactly("1-1 A=b#c");
    assertThat(read("A=\nB=''\n")).containsExactly("1-1 A=", "2-2 B=");
    assertThat(read("A='b\\n$c\"'\n")).containsExactly("1-1 A=b\\n$c\"");
    assertThat(read("A=\"b\\n\\\"\\$c\" # d\n")).containsExactly("1-1 A=b\n\"$c");
    assertThat(read("A=\"b\nc\"\nD=e\n")).containsExactly("1-2 A=b\nc", "3-3 D=e");
    assertThat(read("A=a\\d\nB='a\\t'\nC=\"\\\\d\"\n"))
        .containsExactly("1-1 A=a\\d", "2-2 B=a\\t", "3-3 C=\\d");
    assertThat(read("A=pa$$ 5$\n")).containsExactly("1-1 A=pa$$ 5$");
  }

  @Test
  void whatProgramsReadDifferentlyIsNotGuessed() {
    assertThat(problems("A=${B}\n"))
        .containsExactly(new DotEnv.Problem(1, "the value refers to another variable"));
    assertThat(problems("A=\"x$B\"\n"))
        .containsExactly(new DotEnv.Problem(1, "the value refers to another variable"));
    for (String differs : List.of("a\\d", "a\\tb", "a\\\nb", "\\'", "\\\u00e4")) {
      assertThat(problems("A=\"" + differs + "\"\n"))
          .containsExactly(
              new DotEnv.Problem(1, "programs differ in what a backslash means there"));
    }
    assertThat(problems("A=b\nA=c\n"))
        .containsExactly(new DotEnv.Problem(2, "the variable is set twice"));
    assertThat(problems("\nA='b\n"))
        .containsExactly(new DotEnv.Problem(2, "a quote is not closed"));
    assertThat(problems("A='b'c\n"))
        .containsExactly(new DotEnv.Problem(1, "something follows the closing quote"));
    assertThat(problems("A: b\n1A=b\n=b\n")).hasSize(3);
  }

  @Test
  void theRestKeepsItsBytes() {
    try (DotEnv env = DotEnv.parse("# x\nA=\"1\n2\"\r\nB=3".getBytes(UTF_8))) {
      assertThat(env.without(env.variables().subList(0, 1))).asString().isEqualTo("# x\nB=3");
      assertThat(env.without(env.variables())).asString().isEqualTo("# x\n");
      assertThat(env.without(List.of())).asString().isEqualTo("# x\nA=\"1\n2\"\r\nB=3");
    }
  }

  /** Of a value that was not moved, no line is deleted; of one that was, all are. */
  @Test
  void aBackslashAtTheEndOfALineKeepsTheCountOfLines() {
    String first = "A=\"first\\\nsecond\"\n";
    String rest = first + "B=made-up-secret-b\nC=made-up-c\n";
    try (DotEnv env = DotEnv.parse(rest.getBytes(UTF_8))) {
      assertThat(env.variables()).extracting(DotEnv.Variable::firstLine).containsExactly(3, 4);
      assertThat(env.without(env.variables().subList(0, 1)))
          .asString()
          .isEqualTo(first + "C=made-up-c\n");
    }
  }

  @FuzzTest
  void anyBytesAreRead(byte[] bytes) {
    try (DotEnv env = DotEnv.parse(bytes.clone())) {
      assertThat(env.without(List.of())).isEqualTo(bytes);
      assertThat(env.without(env.variables()).length).isLessThanOrEqualTo(bytes.length);
      for (DotEnv.Variable moved : env.variables()) {
        List<String> others = values(env.variables());
        others.remove(value(moved));
        try (DotEnv rest = DotEnv.parse(env.without(List.of(moved)))) {
          assertThat(values(rest.variables())).containsAll(others);
        }
      }
    }
  }

  private static List<String> values(List<DotEnv.Variable> variables) {
    return variables.stream().map(DotEnvTest::value).collect(Collectors.toList());
  }

  private static String value(DotEnv.Variable one) {
    return one.key() + "=" + new String(one.unsafeValue(), ISO_8859_1);
  }

  @Test
  void randomLinesAreRead() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) "A=b'\"\\\n\r #$x\u00ff".charAt(random.nextInt(13));
      }
      anyBytesAreRead(bytes);
    }
  }
}
