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
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
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
  private static final String FORMS = "{\"elicitation\":{\"form\":{}}}";
  private static final String PAGES = "{\"elicitation\":{\"form\":{},\"url\":{}}}";
  private static final Pattern PAGE = Pattern.compile("\"url\":\"([^\"]+)\"");
  private static final Pattern NUMBER = Pattern.compile("\"id\":(\\d+)");

  @TempDir Path folder;
  private LoggingIn person;
  private @Nullable Process serve;
  private BufferedWriter in = new BufferedWriter(Writer.nullWriter());
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

  private void serve() throws IOException {
    serve("{}");
  }

  private void serve(String capabilities) throws IOException {
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

  private String ask(String method, String parameters) throws IOException {
    return answer(send(method, parameters));
  }

  private int send(String method, String parameters) throws IOException {
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

  private String answer(int mine) throws IOException {
    return await(line -> line.contains("\"id\":" + mine + ",") && !line.contains("\"method\""));
  }

  private String await(Predicate<String> wanted) throws IOException {
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

  private int sendCall() throws IOException {
    return send("tools/call", "{\"name\":\"tracker__say\",\"arguments\":{}}");
  }

  private String dialog() throws IOException {
    return await(line -> line.contains("elicitation/create"));
  }

  private void reply(String dialog, String action) throws IOException {
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

  private String call() throws IOException {
    return answer(sendCall());
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

  /** Nothing is typed there: the passphrase stays between the person and the terminal. */
  @Test
  void thePersonAtTheClientIsToldAndTheCallGoesOn() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve(FORMS);
    int first = sendCall();
    String dialog = dialog();
    assertThat(dialog)
        .contains("tracker needs a login. A person types: gatekeeper login tracker")
        .contains("\"properties\":{}")
        .doesNotContain("http://", "\"url\"");
    int second = sendCall(); // waits for the same dialog
    CommandRun _ = person.loggedIn();
    reply(dialog, "accept");
    assertThat(answer(first)).contains("a made-up word");
    assertThat(answer(second)).contains("a made-up word");

    // In a session under way, and by somebody who accepts what was not done.
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    int third = sendCall();
    reply(dialog(), "accept");
    assertThat(answer(third)).contains("\"isError\":true", "gatekeeper login tracker");

    int fourth = sendCall();
    String moot = dialog();
    in.write(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
            + fourth
            + "}}\n");
    in.flush();
    Matcher number = NUMBER.matcher(moot);
    assertThat(number.find()).isTrue();
    String withdrawn = await(line -> line.contains("notifications/cancelled"));
    assertThat(withdrawn).contains("\"requestId\":" + number.group(1));

    int fifth = sendCall();
    reply(dialog(), "decline");
    assertThat(answer(fifth)).contains("\"isError\":true", "gatekeeper login tracker");
    assertThat(call()).contains("\"isError\":true", "gatekeeper login tracker"); // and no dialog
    assertThat(Collections.frequency(person.made.requests, "GET /authorize")).isEqualTo(2);
  }

  @Test
  void aClientWithoutDialogsIsToldInTheAnswer() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve("{}");
    assertThat(call()).contains("\"isError\":true", "gatekeeper login tracker");
  }

  private static String page(String dialog) {
    Matcher page = PAGE.matcher(dialog);
    assertThat(page.find()).as(dialog).isTrue();
    return page.group(1);
  }

  /** The person logs in at the page of a dialog, and the call goes on. */
  private void logInByPage() throws Exception {
    int call = sendCall();
    String dialog = dialog();
    reply(dialog, "accept");
    assertThat(LoggingIn.visit(page(dialog)).statusCode()).isEqualTo(200);
    assertThat(await(line -> line.contains("notifications/elicitation/complete")))
        .contains("\"elicitationId\":\"gatekeeper/");
    assertThat(answer(call)).contains("a made-up word");
  }

  @Test
  void aPageLogsInForThisSessionAlone() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve(PAGES);
    int first = sendCall();
    String dialog = dialog();
    assertThat(dialog)
        .contains("\"mode\":\"url\"", "\"elicitationId\":\"gatekeeper/")
        .contains("tracker needs a login", "gatekeeper login tracker", person.made.origin())
        .contains("for this session alone");
    assertThat(page(dialog)).startsWith(person.made.origin() + "/authorize?");
    int second = sendCall(); // waits for the same page
    assertThat(LoggingIn.visit(page(dialog)).statusCode()).isEqualTo(200);
    reply(dialog, "accept"); // the browser was faster than the client
    assertThat(answer(first)).contains("a made-up word");
    assertThat(answer(second)).contains("a made-up word");
    assertThat(await(line -> line.contains("notifications/elicitation/complete")))
        .contains("gatekeeper/");
    long before = person.made.asked("refresh_token");
    person.made.valid.clear();
    Thread.sleep(5_100); // a token of just now is not refreshed
    assertThat(call()).contains("a made-up word");
    assertThat(person.made.asked("refresh_token")).isEqualTo(before + 1);

    assertThat(person.log())
        .contains("\"approver\":\"client dialog\"")
        .doesNotContain("made-up-access", "made-up-refresh");
    assertThat(person.file()).doesNotExist();
    Process mine = Objects.requireNonNull(serve);
    serve(PAGES); // another session
    int other = sendCall();
    reply(dialog(), "decline");
    assertThat(answer(other)).contains("\"isError\":true", "gatekeeper login tracker");
    assertThat(call()).contains("\"isError\":true", "gatekeeper login tracker"); // and no dialog
    mine.destroyForcibly().waitFor();
  }

  @Test
  void aClientWithASecretHasItFromTheVaultForTheLoginToo() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    CommandRun put =
        person
            .command()
            .input("made-up-secret-of-the-client".getBytes(UTF_8))
            .run("vault", "put", "oauth/tracker");
    assertThat(put.exit()).isZero();
    person.entry(", \"clientId\": \"made-up-own\", \"clientSecret\": \"secret:oauth/tracker\"");
    serve(PAGES);
    logInByPage();
    person.made.valid.clear();
    Thread.sleep(5_100); // a token of just now is not refreshed
    assertThat(call()).contains("a made-up word");
    assertThat(person.made.authorizations)
        .hasSizeGreaterThanOrEqualTo(2)
        .last()
        .asString()
        .startsWith("Basic ");
    assertThat(person.log())
        .contains("\"variable\":\"oauth.clientSecret\"")
        .doesNotContain("made-up-secret-of-the-client", "made-up-access");
  }

  @Test
  void theSwitchOfTheVaultEndsIt() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve(PAGES);
    logInByPage();
    assertThat(person.command().run("vault", "close").exit()).isZero();
    long until = System.nanoTime() + 20_000_000_000L;
    while (!person.log().contains("\"outcome\":\"forgotten\"")) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(50);
    }
    assertThat(call()).contains("\"isError\":true", "the vault was closed");
  }

  @Test
  void aLoginByThePassphraseTakesItsPlace() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve(PAGES);
    logInByPage();
    Set<String> before = Set.copyOf(person.made.valid);
    CommandRun _ = person.loggedIn();
    person.made.valid.removeAll(before);
    assertThat(call()).contains("a made-up word");
    assertThat(person.log()).contains("\"outcome\":\"forgotten\"");
  }

  @Test
  void aPageThatLeadsNowhereEndsTheCall() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    person.made.redirected.put("code", "");
    person.made.redirected.put("error", "access_denied");
    serve(PAGES);
    int call = sendCall();
    String dialog = dialog();
    reply(dialog, "accept");
    assertThat(LoggingIn.visit(page(dialog)).statusCode()).isEqualTo(200);
    assertThat(answer(call)).contains("\"isError\":true", "gatekeeper login tracker");
    assertThat(Files.readString(folder.resolve("err"))).contains("access_denied");
    assertThat(person.made.asked("authorization_code")).isOne(); // that of the person before
  }

  @Test
  void whereNoPageCanBeHadThePersonIsToldWhatToType() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    person.made.documents.put("/.well-known/oauth-authorization-server", "{}");
    serve(PAGES);
    int call = sendCall();
    String dialog = dialog();
    assertThat(dialog).contains("requestedSchema", "gatekeeper login tracker");
    reply(dialog, "decline");
    assertThat(answer(call)).contains("\"isError\":true", "gatekeeper login tracker");
  }
}
