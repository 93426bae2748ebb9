package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A remote server that forgets us, ends, and comes back, under one session of the agent: on the
 * transports of two SDKs, which say so differently.
 */
@EndToEnd
@ParameterizedClass
@ValueSource(strings = {"TypeScript", "servlet"})
final class RemoteSessionTest {
  private static final String ALL =
      """
      {"tools": {"allow": ["*"]}, "resources": {"allow": ["*"]}, "timeout": "20s"}\
      """;

  @Parameter
  @SuppressWarnings("NullAway.Init") // by the runner
  String sdk;

  @TempDir Path folder;

  private HttpPeer server;
  private Project project;
  private RawClient client;

  @BeforeEach
  void connect() throws Exception {
    server = started(HttpPeer.port());
    project = new Project(folder).remote("there", server.uri("/mcp"), ALL).adopted();
    client = project.serve();
    client.initialize("{}");
    assertThat(client.listed("there__echo")).isTrue();
  }

  private HttpPeer started(int port) throws Exception {
    return sdk.equals("servlet")
        ? HttpPeer.servlet(folder, port)
        : HttpPeer.streamable(Peers.installed(), folder, port, "events");
  }

  @AfterEach
  void stop() throws Exception {
    client.finish();
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
    server.close();
  }

  private String said(String tool, String arguments) throws Exception {
    return client.tool("there__" + tool, arguments).said();
  }

  /** Calls until one comes through, as an agent does that was told to try again. */
  private String inTheEnd(String tool) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    RawClient.Line line = client.tool("there__" + tool, "{}");
    while (line.failed() && System.nanoTime() < end) {
      Thread.sleep(200);
      line = client.tool("there__" + tool, "{}");
    }
    return line.said();
  }

  @Test
  void aSessionThatTheServerForgotIsFollowedByAnother() throws Exception {
    assertThat(said("session", "{}")).isEqualTo("session 1");
    assertThat(said("forget", "{}")).isEqualTo("forgotten");
    assertThat(inTheEnd("session")).startsWith("session 2").contains("started anew");
  }

  @Test
  void aCallThatTheServersEndCutIsAnsweredAndNotMadeAgain() throws Exception {
    String id = client.sendTool("there__slow", "{\"steps\":100,\"pause\":100}");
    assertThat(said("echo", "{\"message\":\"under way\"}")).isEqualTo("echo under way");
    server.kill();
    RawClient.Line line = client.answer(id);
    assertThat(line.failed()).as("%s", line.text()).isTrue();
    assertThat(line.said()).contains("there");
  }

  @Test
  void aServerThatIsStartedAgainIsFoundAgain() throws Exception {
    server.kill();
    RawClient.Line gone = client.tool("there__echo", "{}");
    assertThat(gone.failed()).isTrue();
    assertThat(gone.said()).contains("there");
    server = started(server.portNumber());
    assertThat(inTheEnd("session")).startsWith("session 1").contains("started anew");
  }

  /** Without a call in between: what the server says of its own accord is heard on. */
  @Test
  void aStreamOfNoRequestThatBreaksIsOpenedAgain() throws Exception {
    heard();
    assertThat(said("hangup", "{}")).startsWith("ended");
    heard();
    assertThat(said("session", "{}")).isEqualTo("session 1");
  }

  /** Has the server speak on that stream, until it is heard. */
  private void heard() throws Exception {
    int before = updates();
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (updates() == before && System.nanoTime() < end) {
      client.tool("there__tell", "{}");
      Thread.sleep(200); // no event says that nothing comes
    }
    assertThat(updates()).isGreaterThan(before);
  }

  private int updates() {
    return (int)
        client.lines().stream()
            .filter(line -> line.text().contains("notifications/resources/updated"))
            .count();
  }

  @Test
  void theSessionIsGivenBackAtTheEnd() throws Exception {
    assertThat(said("echo", "{\"message\":\"x\"}")).isEqualTo("echo x");
    assertThat(client.finish()).isZero();
    assertThat(server.log()).contains("DELETE ");
  }
}
