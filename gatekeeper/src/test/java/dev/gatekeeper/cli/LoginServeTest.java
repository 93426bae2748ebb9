package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session, by a real process, that uses a login. */
@Timeout(120)
final class LoginServeTest {
  @TempDir Path folder;
  private LoggingIn person;
  private @Nullable Process serve;
  private BufferedWriter in = new BufferedWriter(Writer.nullWriter());
  private BufferedReader out = new BufferedReader(Reader.nullReader());
  private int id;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    person = new LoggingIn(folder);
    CommandRun _ = person.loggedIn();
  }

  @AfterEach
  void stop() throws Exception {
    if (serve != null) {
      serve.destroyForcibly().waitFor();
    }
    person.close();
  }

  private void serve() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(),
            Main.class.getName(),
            "serve");
    builder.environment().clear();
    builder.environment().putAll(person.environment());
    Process started =
        builder.directory(folder.toFile()).redirectError(folder.resolve("err").toFile()).start();
    serve = started;
    in = started.outputWriter(UTF_8);
    out = started.inputReader(UTF_8);
    String opened =
        ask(
            "initialize",
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":"
                + "{\"name\":\"test\",\"version\":\"1\"}}");
    assertThat(opened).contains("\"result\"");
    in.write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
  }

  /** Ours, wherever the process runs. */
  private static String classPath() {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getProperty("java.class.path"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private String ask(String method, String parameters) throws IOException {
    int mine = ++id;
    in.write(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + mine
            + ",\"method\":\""
            + method
            + "\",\"params\":"
            + parameters
            + "}\n");
    in.flush();
    while (true) {
      String line = out.readLine();
      assertThat(line).as(Files.readString(folder.resolve("err"))).isNotNull();
      if (line.contains("\"id\":" + mine)) {
        return line;
      }
    }
  }

  private String call() throws IOException {
    return ask("tools/call", "{\"name\":\"tracker__say\",\"arguments\":{}}");
  }

  @Test
  void aCallOutlivesItsTokenAndALogout() throws Exception {
    serve();
    assertThat(call()).contains("a made-up word");
    long before = person.made.asked("refresh_token");
    person.made.valid.clear(); // the server forgets the token: it is refreshed in mid-call
    Thread.sleep(5_100); // a token of just now is not refreshed
    assertThat(call()).contains("a made-up word");
    assertThat(person.made.asked("refresh_token")).isEqualTo(before + 1);

    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    assertThat(call())
        .contains("\"isError\":true", "needs a login", "gatekeeper login tracker")
        .doesNotContain("made-up-access");
    CommandRun _ = person.loggedIn();
    assertThat(call()).contains("a made-up word"); // without a restart
    assertThat(person.log()).doesNotContain("made-up-access", "made-up-refresh");
  }

  @Test
  void moreScopesAreAskedForByAPerson() throws Exception {
    serve();
    assertThat(call()).contains("a made-up word");
    person.made.valid.clear();
    person.made.refreshes.clear(); // the issuer withdrew the login
    Thread.sleep(5_100);
    assertThat(call()).contains("\"isError\":true", "a person types gatekeeper login tracker");
    CommandRun _ = person.loggedIn("--scope", "read write");
    assertThat(call()).contains("a made-up word");
  }
}
