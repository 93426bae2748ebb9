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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A session, by a real process, of a person who has logged in; what its agent says and hears. */
abstract class LoginSession {
  static final String FORMS = "{\"elicitation\":{\"form\":{}}}";
  static final String PAGES = "{\"elicitation\":{\"form\":{},\"url\":{}}}";
  static final Pattern NUMBER = Pattern.compile("\"id\":(\\d+)");

  @TempDir Path folder;
  LoggingIn person;
  @Nullable Process serve;
  BufferedWriter in = new BufferedWriter(Writer.nullWriter());
  private BufferedReader out = new BufferedReader(Reader.nullReader());
  private int id;

  /** What came before it was asked for. */
  private final List<String> passed = new ArrayList<>();

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

  void serve() throws IOException {
    serve("{}");
  }

  void serve(String capabilities) throws IOException {
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
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":"
                + capabilities
                + ",\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}");
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

  String ask(String method, String parameters) throws IOException {
    return answer(send(method, parameters));
  }

  int send(String method, String parameters) throws IOException {
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
    return mine;
  }

  String answer(int mine) throws IOException {
    return await(line -> line.contains("\"id\":" + mine + ",") && !line.contains("\"method\""));
  }

  String await(Predicate<String> wanted) throws IOException {
    for (String line : passed) {
      if (wanted.test(line)) {
        passed.remove(line); // answers come in any order
        return line;
      }
    }
    while (true) {
      String line = out.readLine();
      assertThat(line).as(Files.readString(folder.resolve("err"))).isNotNull();
      if (wanted.test(line)) {
        return line;
      }
      assertThat(line).doesNotContain("elicitation/create"); // one that is awaited, or none
      passed.add(line);
    }
  }

  int sendCall() throws IOException {
    return send("tools/call", "{\"name\":\"tracker__say\",\"arguments\":{}}");
  }

  String dialog() throws IOException {
    return await(line -> line.contains("elicitation/create"));
  }

  void reply(String dialog, String action) throws IOException {
    Matcher number = NUMBER.matcher(dialog);
    assertThat(number.find()).isTrue();
    in.write(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + number.group(1)
            + ",\"result\":{\"action\":\""
            + action
            + "\"}}\n");
    in.flush();
  }

  String call() throws IOException {
    return answer(sendCall());
  }
}
