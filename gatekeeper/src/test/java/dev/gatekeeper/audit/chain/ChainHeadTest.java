package dev.gatekeeper.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.audit.checkpoint.Frontier;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The worked example of {@code docs/audit-format.md}, which was computed by another program. */
final class ChainHeadTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void theWorkedExampleIsWhatTheAppenderWrites() throws Exception {
    List<String> document = document();
    List<String> lines =
        document.stream().filter(line -> line.startsWith("{\"v\":\"1\",\"n\"")).toList();
    assertThat(lines).hasSize(2);
    Digests digests = new Digests();
    byte[] id = new byte[Format.LOG_ID];
    ChainHead head =
        new ChainHead(
            digests, id, 0, 0, new byte[Format.HASH], new byte[Format.HASH], new Frontier());
    for (int i = 0; i < 2; i++) {
      String line = lines.get(i);
      String rest = line.substring(line.indexOf(",\"time\""), line.length() - Format.SUFFIX);
      assertThat(new String(head.seal(rest.getBytes(UTF_8)), UTF_8)).isEqualTo(line + "\n");
      assertThat(HEX.formatHex(head.hash())).isEqualTo(value(document, "h_" + i));
      if (i == 0) {
        assertThat(HEX.formatHex(head.key())).isEqualTo(value(document, "K_1"));
      }
    }
    assertThat(Base64.getEncoder().encodeToString(head.tree().root(digests)))
        .isEqualTo(value(document, "root"));
  }

  @Test
  void aLineOfTheGreatestLengthFitsAndOneByteMoreDoesNot() {
    Digests digests = new Digests();
    byte[] id = new byte[Format.LOG_ID];
    ChainHead head =
        new ChainHead(
            digests, id, 0, 0, new byte[Format.HASH], new byte[Format.HASH], new Frontier());
    int before = head.copy().seal(new byte[0]).length - 1;
    byte[] line = head.copy().seal(new byte[Format.MAX_LINE - before]);
    assertThat(line).hasSize(Format.MAX_LINE + 1);
    assertThat(head.copy().accept(line, 0, line.length - 1)).isTrue();
    assertThatThrownBy(() -> head.copy().seal(new byte[Format.MAX_LINE - before + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a record is longer than 65535 bytes");
  }

  private static String value(List<String> document, String name) {
    return document.stream()
        .filter(line -> line.startsWith(name + " "))
        .findFirst()
        .orElseThrow()
        .split(" +", -1)[1];
  }

  private static List<String> document() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "audit-format.md")).stream()
        .dropWhile(line -> !line.equals("## Worked example"))
        .toList();
  }
}
