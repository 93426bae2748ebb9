package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A login that a session has by itself, from a page that its client opens. */
@Timeout(120)
final class LoginPageTest extends LoginSession {
  private static final Pattern PAGE = Pattern.compile("\"url\":\"([^\"]+)\"");

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
    awaitForgotten(1);
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
  void whoTypesWhatTheDialogSaysHasTheCallGoOn() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve(PAGES);
    int call = sendCall();
    String page = page(dialog());
    CommandRun _ = person.loggedIn();
    assertThat(answer(call)).contains("a made-up word");
    assertThat(await(line -> line.contains("notifications/cancelled"))).contains("no longer");
    assertThatThrownBy(() -> LoggingIn.visit(page)).isInstanceOf(IOException.class);
  }

  @Test
  void itEndsWithItsEntryAndWithTheSession() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve(PAGES);
    logInByPage();
    Path list = folder.resolve(".gatekeeper/allowlist.json");
    String whole = Files.readString(list);
    Files.writeString(list, whole.replace("\"login\": \"tracker\"", "\"login\": \"other\""));
    assertThat(person.command().run("allowlist", "trust", "--yes").exit()).isZero();
    awaitForgotten(1);
    Files.writeString(list, whole);
    assertThat(person.command().run("allowlist", "trust", "--yes").exit()).isZero();
    Thread.sleep(3_000); // a session looks at the list each second
    logInByPage();
    in.close();
    assertThat(Objects.requireNonNull(serve).waitFor(10, TimeUnit.SECONDS)).isTrue();
    awaitForgotten(2);
  }

  private void awaitForgotten(int times) throws Exception {
    long until = System.nanoTime() + 20_000_000_000L;
    while (person.log().split("\"outcome\":\"forgotten\"", -1).length <= times) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(50);
    }
  }

  @Test
  void textsOfAServerFillNoDialog() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    person.made.documents.put(
        "/.well-known/oauth-protected-resource/mcp",
        person.made.resourceMetadata(
            "scopes_supported", "[\"(1)Type\",\"(2)the\",\"(3)passphrase\"]"));
    serve(PAGES);
    int call = sendCall();
    String dialog = dialog();
    assertThat(dialog).contains("requestedSchema").doesNotContain("(1)Type");
    reply(dialog, "decline");
    assertThat(answer(call)).contains("\"isError\":true");
  }

  @Test
  void aLogoutEndsItThoughNothingWasKept() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve(PAGES);
    logInByPage();
    CommandRun logout = person.command().run("logout", "tracker");
    assertThat(logout.exit()).isZero();
    assertThat(logout.out()).contains("a session that has a login by itself forgets it");
    int call = sendCall();
    reply(dialog(), "decline");
    assertThat(answer(call)).contains("\"isError\":true", "gatekeeper login tracker");
    assertThat(person.log()).contains("\"outcome\":\"forgotten\"");
  }

  /** The conversation is there already, with the login that was withdrawn. */
  @Test
  void aPageServesAConversationUnderWay() throws Exception {
    serve(PAGES);
    assertThat(call()).contains("a made-up word"); // by the login of all sessions
    for (int i = 0; i < 2; i++) { // and then by one of this session
      person.made.valid.clear();
      person.made.refreshes.clear();
      Thread.sleep(5_100); // a token of just now is not refreshed
      logInByPage();
      assertThat(call()).contains("a made-up word");
    }
  }

  @Test
  void anAgentMakesNobodyRegisterWithoutEnd() throws Exception {
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
    serve(PAGES);
    for (int i = 0; i < 5; i++) {
      int call = sendCall();
      assertThat(dialog()).contains(i < 3 ? "\"mode\":\"url\"" : "requestedSchema");
      in.write(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
              + call
              + "}}\n");
      in.flush();
      String withdrawn = await(line -> line.contains("notifications/cancelled"));
      assertThat(withdrawn).contains("waits here no longer");
    }
    assertThat(Collections.frequency(person.made.requests, "POST /register")).isEqualTo(4);
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
