package dev.gatekeeper.pin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.allowlist.pin.PinText;
import dev.gatekeeper.allowlist.pin.Platform;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.files.Home;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The reference servers, in the versions that all tests use, from wherever npm gets them. */
@Tag("e2e")
final class ReferenceServersTest {
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
      "capabilities":{},"clientInfo":{"name":"test","version":"0"}}}
      """;

  /** filesystem takes its argument for a folder, everything for a transport. */
  @ParameterizedTest
  @ValueSource(strings = {"everything", "filesystem", "memory"})
  void aPinnedServerAnswersWithoutNpmAndWithoutAPath(String name, @TempDir Path folder)
      throws Exception {
    Tools.require("npm");
    Files.createDirectory(folder.resolve("stdio"));
    String own = "@modelcontextprotocol/server-" + name;
    String version = version(own);
    Pins pins =
        new Pins(
            Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("g").toString())),
            new TestWitness());
    Pins.Line line = new Pins.Line("npx", List.of("-y", own + "@" + version, "stdio"), folder);
    ProgramPin pin =
        Optional.ofNullable(
                pins.resolve(line, Optional.empty(), new TreeMap<>(), System.getenv())
                    .get(Platform.ANY))
            .orElseThrow();

    assertThat(PinText.json(pin).toString()).contains(version).doesNotContain("://");
    Pinned pinned = pins.check(line, Optional.of(pin), "/nowhere", folder);
    assertThat(pinned).isInstanceOf(Pinned.Matches.class);
    assertThat(answer((Pinned.Matches) pinned, folder)).contains("\"protocolVersion\"");
  }

  private static String answer(Pinned.Matches run, Path folder) throws Exception {
    List<String> command = new ArrayList<>(List.of(run.program().toString()));
    command.addAll(run.arguments());
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try (BufferedReader answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      process.getOutputStream().write(INITIALIZE.getBytes(UTF_8));
      process.getOutputStream().flush();
      return String.valueOf(answers.readLine());
    } finally {
      process.destroyForcibly();
    }
  }

  /** The one place where the versions of peers stand. */
  private static String version(String name) throws Exception {
    Path peers = Path.of("src", "test", "peers", "package.json");
    return JsonMapper.shared()
        .readTree(Files.readString(peers))
        .get("dependencies")
        .get(name)
        .asString();
  }
}
