package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session, by a real process, that uses a login. */
@Timeout(120)
final class LoginServeTest extends LoginSession {
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
}
