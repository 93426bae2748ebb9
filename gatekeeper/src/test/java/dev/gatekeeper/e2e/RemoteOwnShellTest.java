package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.http.RawServer;
import dev.gatekeeper.http.TestCertificates;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The agent's own shell, and remote servers: it wants the secret that goes to one of them. It has
 * the same user, the same files, the environment of {@code serve}, and servers of its own on this
 * machine; no passphrase.
 */
@EndToEnd
final class RemoteOwnShellTest {
  private static final String TOKEN = "made-up-token-Vb7nTq31Ks";

  private static final String ENTRY =
      """
      {"tools": {"allow": ["*"]}, "timeout": "5s",
       "headers": {"Authorization": "Bearer ${secret:remote/token}"}}\
      """;

  @TempDir Path folder;

  private HostileHttp server;
  private RawServer attacker;
  private Project project;

  @BeforeEach
  void adopt() throws Exception {
    server = new HostileHttp();
    attacker = new RawServer(RawServer.answer(502, ""));
    project = new Project(folder).secret("remote/token", TOKEN);
  }

  @AfterEach
  void stop() throws Exception {
    assertThat(attacker.seen().toString().contains(TOKEN)).isFalse();
    server.close();
    attacker.close();
  }

  /** Starts a session in this environment and calls; what the call said. */
  private RawClient.Line call(Map<String, String> environment, String tool) throws Exception {
    try (RawClient client = project.serve(environment)) {
      client.initialize("{}");
      RawClient.Line line = client.tool(tool, "{}");
      assertThat(client.lines().toString().contains(TOKEN)).isFalse();
      assertThat(client.finish()).isZero();
      return line;
    }
  }

  /** All at once, for whoever believes one of them comes to the attacker. */
  @Test
  void noVariableNamesAProxy() throws Exception {
    project.remote("far", URI.create("https://mcp.gatekeeper.test/mcp"), ENTRY);
    project.remote("near", server.uri("near"), ENTRY).adopted();
    Map<String, String> environment = project.person();
    for (String variable :
        List.of("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")) {
      environment.put(variable, attacker.url(""));
    }
    environment.put("no_proxy", "");
    assertThat(call(environment, "far__echo").failed()).isTrue();
    assertThat(call(environment, "near__echo").said()).isEqualTo("echo");
    assertThat(attacker.connections()).isZero();
  }

  @Test
  void noVariableSetsPropertiesOfJava() throws Exception {
    project.remote("far", URI.create("https://mcp.gatekeeper.test/mcp"), ENTRY).adopted();
    Map<String, String> environment = project.person();
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
      environment.put(
          variable,
          "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=%d -Dhttp.nonProxyHosts= -Djdk.httpclient.HttpClient.log=all"
              .formatted(attacker.port()));
    }
    assertThat(call(environment, "far__echo").failed()).isTrue();
    assertThat(attacker.connections()).isZero();
    assertThat(Files.readString(project.serveLog(), UTF_8)).doesNotContain("HTTPCLIENT");
  }

  @Test
  void noVariableNamesWhomToBelieve() throws Exception {
    TestCertificates forged = TestCertificates.in(folder, "ip:127.0.0.1", "-validity", "2");
    try (HostileHttp imitation = new HostileHttp(forged.socket())) {
      project.remote("there", imitation.uri("there"), ENTRY).adopted();
      Map<String, String> environment = project.person();
      environment.put("SSL_CERT_FILE", forged.ca().toString());
      environment.put("SSL_CERT_DIR", folder.toString());
      environment.put("NODE_EXTRA_CA_CERTS", forged.ca().toString());
      environment.put("JAVA_TOOL_OPTIONS", "-Djavax.net.ssl.trustStore=" + forged.store());
      RawClient.Line line = call(environment, "there__echo");
      assertThat(line.failed()).isTrue();
      assertThat(line.said()).contains("there");
      assertThat(imitation.requests()).isEmpty();
    }
  }

  @Test
  void theAuthorityOfTheEntryIsBelieved() throws Exception {
    TestCertificates own = TestCertificates.in(folder, "ip:127.0.0.1", "-validity", "2");
    try (HostileHttp there = new HostileHttp(own.socket())) {
      Path ca = Files.copy(own.ca(), project.work().resolve("ca.pem"));
      String entry = ENTRY.replaceFirst("\\{", "{\"ca\": \"" + ca.getFileName() + "\", ");
      project.remote("there", there.uri("there"), entry).adopted();
      assertThat(call(project.person(), "there__echo").said()).isEqualTo("echo");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dns:other.example", "ip:127.0.0.2"})
  void aCertificateForAnotherNameIsNone(String name) throws Exception {
    refused(TestCertificates.in(folder, name, "-validity", "2"), "name");
  }

  @Test
  void aCertificateThatIsOverIsNone() throws Exception {
    refused(
        TestCertificates.in(folder, "ip:127.0.0.1", "-startdate", "-10d", "-validity", "2"),
        "expired");
  }

  private void refused(TestCertificates certificates, String why) throws Exception {
    try (HostileHttp there = new HostileHttp(certificates.socket())) {
      Path ca = Files.copy(certificates.ca(), project.work().resolve("ca.pem"));
      String entry = ENTRY.replaceFirst("\\{", "{\"ca\": \"" + ca.getFileName() + "\", ");
      project.remote("there", there.uri("there"), entry).adopted();
      RawClient.Line line = call(project.person(), "there__echo");
      assertThat(line.failed()).isTrue();
      assertThat(line.said()).contains("there").contains(why);
      assertThat(there.requests()).isEmpty();
    }
  }

  /**
   * The list names the attacker's server, or sends the secret to a second one: nobody trusts it.
   */
  @Test
  void anotherAddressHasNoEffect() throws Exception {
    project.remote("there", server.uri("there"), ENTRY).adopted();
    project.remote("there", URI.create(attacker.url("/mcp")), ENTRY);
    project.remote("more", URI.create(attacker.url("/mcp")), ENTRY).writeList();
    assertThat(call(project.person(), "there__echo").said()).isEqualTo("echo");
    assertThat(call(project.person(), "more__echo").failed()).isTrue();
    assertThat(attacker.connections()).isZero();
  }

  /** A home of the agent's own has neither trust nor the vault. */
  @Test
  void aHomeOfItsOwnHasNothing() throws Exception {
    project.remote("there", server.uri("there"), ENTRY).adopted();
    Map<String, String> environment = project.agent();
    environment.put("GATEKEEPER_HOME", folder.resolve("own").toString());
    assertThat(call(environment, "there__echo").failed()).isTrue();
    assertThat(server.requests()).isEmpty();
  }

  /** What names the session would end it: nothing but the server is told. */
  @Test
  void theSessionAndTheSecretAreInNoFile() throws Exception {
    project.remote("made-up-session", server.uri("made-up-session"), ENTRY).adopted();
    assertThat(call(project.person(), "made-up-session__echo").said()).isEqualTo("echo");
    List<String> sent =
        server.requests().stream()
            .map(seen -> seen.header("mcp-session-id"))
            .filter(id -> !id.isEmpty())
            .distinct()
            .toList();
    assertThat(sent).containsExactly(HostileAnswers.session("made-up-session"));
    List<String> needles =
        List.of(
            sent.getFirst(),
            TOKEN,
            Base64.getEncoder().withoutPadding().encodeToString(TOKEN.getBytes(UTF_8)));
    try (Stream<Path> files = Files.walk(project.home())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = Files.readString(file, ISO_8859_1);
        assertThat(needles.stream().noneMatch(content::contains)).as("%s", file).isTrue();
      }
    }
  }
}
