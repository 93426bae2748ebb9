package dev.gatekeeper.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConsoleTest {
  @Test
  void whatWouldTurnALineStandsEscapedInJson() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            out,
            OutputStream.nullOutputStream(),
            Map.of(),
            Path.of("/"),
            Clock.systemUTC(),
            (prompt, confirm) -> {
              throw new AssertionError("nobody is asked");
            });
    String tag = Character.toString(0xE0041);
    console.print(Json.object().put("a", "é \\ \u202E \u200b " + tag));
    console.print(Json.object().put("a", "plain"));
    assertThat(out.toString(UTF_8))
        .isEqualTo("{\"a\":\"é \\\\ \\u202e \\u200b \\udb40\\udc41\"}\n{\"a\":\"plain\"}\n");
  }
}
