package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.http.RawServer;
import dev.gatekeeper.http.TestCertificates;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server out in the network (reached through a proxy that leads to this machine) whose metadata
 * want the login to go wrong: at another issuer, at a service of this machine, without end.
 */
@EndToEnd
final class RemoteMetadataTest {
  private static final String HOST = "https://mcp.gatekeeper.test";

  private static final Map<String, String> DOCUMENTS = new TreeMap<>();

  private static RawServer there;
  private static RawServer proxy;
  private static RawServer spy;
  private static Project project;

  @BeforeAll
  static void adopt(@TempDir Path folder) throws Exception {
    TestCertificates certificates =
        TestCertificates.in(folder, "dns:mcp.gatekeeper.test", "-validity", "2");
    there = new RawServer(certificates.socket(), true, RemoteMetadataTest::serve);
    proxy = new RawServer(RawServer.tunnel(there.port()));
    spy = new RawServer(RawServer.answer(200, "{}", "Content-Type: application/json"));
    project = new Project(folder);
    Files.copy(certificates.ca(), project.work().resolve("ca.pem"));
    project
        .remote(
            "there",
            URI.create(HOST + "/mcp"),
            """
            {"tools": {"allow": ["*"]}, "oauth": {}, "ca": "ca.pem", "proxy": "%s"}\
            """
                .formatted(proxy.url("")))
        .adopted();
  }

  @BeforeEach
  void sound() {
    DOCUMENTS.clear();
    document(
        "/.well-known/oauth-protected-resource/mcp",
        "{'resource': '@/mcp', 'authorization_servers': ['@']}");
    document(
        "/.well-known/oauth-authorization-server",
        """
        {'issuer': '@', 'authorization_endpoint': '@/authorize', 'token_endpoint': '@/token',
         'registration_endpoint': '@/register', 'code_challenge_methods_supported': ['S256']}\
        """);
    document("/register", "{'client_id': 'made-up', 'token_endpoint_auth_method': 'none'}");
    document("/authorize", "");
    document("/token", "{'access_token': 'made-up-access', 'token_type': 'Bearer'}");
  }

  @AfterAll
  static void stop() throws Exception {
    there.close();
    proxy.close();
    spy.close();
  }

  /** {@code @} stands for the server, {@code $} for the spy on this machine. */
  private static void document(String path, String text) {
    DOCUMENTS.put(
        path,
        text.replace('\'', '"').replace("@", HOST).replace("$", "http://127.0.0.1:" + spy.port()));
  }

  private static void serve(RawServer.Seen seen, OutputStream out) throws Exception {
    String path = seen.path().replaceFirst("\\?.*", "");
    if (path.equals("/mcp")) {
      String challenge = DOCUMENTS.getOrDefault("challenge", "Bearer");
      RawServer.say(out, RawServer.text(401, "", "WWW-Authenticate: " + challenge));
    } else if (!DOCUMENTS.containsKey(path)) {
      RawServer.say(out, RawServer.text(404, ""));
    } else if (DOCUMENTS.get(path).equals("endless")) {
      RawServer.say(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":\"");
      for (int i = 0; i < 4096; i++) {
        RawServer.say(out, "x".repeat(1 << 20));
      }
    } else if (DOCUMENTS.get(path).startsWith("redirect ")) {
      String to = DOCUMENTS.get(path).substring("redirect ".length());
      RawServer.say(out, RawServer.text(302, "", "Location: " + to));
    } else {
      String type = "Content-Type: application/json";
      RawServer.say(out, RawServer.text(200, DOCUMENTS.get(path), type));
    }
  }

  /** Logs in with a browser that only writes down what it is opened with. */
  private static Project.Result login() throws Exception {
    Path browser = project.folder().resolve("browser");
    Files.writeString(browser, "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'" + opened() + "'\n");
    Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> person = project.person();
    person.put("BROWSER", browser.toString());
    return project.within(person, "login", "there");
  }

  private static Path opened() {
    return project.folder().resolve("opened");
  }

  private static void refused() throws Exception {
    Files.deleteIfExists(opened());
    Project.Result login = login();
    assertThat(login.exit()).as("%s", login).isNotZero();
    assertThat(login.err()).contains("gatekeeper: error: ").doesNotContain("Exception");
    assertThat(opened()).doesNotExist();
    assertThat(spy.connections()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "challenge, Bearer resource_metadata=\"$/meta\"",
    "challenge, Bearer resource_metadata=\"https://169.254.169.254/latest\"",
    "challenge, Bearer resource_metadata=\"file:///etc/hostname\"",
    "/.well-known/oauth-authorization-server, redirect $/meta",
  })
  void whereMetadataAre(String what, String text) throws Exception {
    document(what, text.replace("\\\"", "\""));
    refused();
  }

  /** They count as missing, and nothing is where a login then looks. */
  @Test
  void resourceMetadataThatLeadHere() throws Exception {
    resource("redirect $/meta");
    DOCUMENTS.remove("/.well-known/oauth-authorization-server");
    DOCUMENTS.remove("/register");
    refused();
  }

  @Test
  void resourceMetadataOfAnotherResource() throws Exception {
    resource("{'resource': 'https://other.gatekeeper.test/mcp', 'authorization_servers': ['@']}");
    refused();
  }

  @Test
  void authorizationServersOfThisMachine() throws Exception {
    resource("{'resource': '@/mcp', 'authorization_servers': ['$']}");
    refused();
  }

  @Test
  void theMetadataOfAnotherIssuer() throws Exception {
    server("'issuer': 'https://other.gatekeeper.test'");
    refused();
  }

  @Test
  void endpointsOfThisMachine() throws Exception {
    server("'token_endpoint': '$/token'");
    refused();
    server("'registration_endpoint': '$/register'");
    refused();
    server("'authorization_endpoint': '$/authorize'");
    refused();
  }

  @Test
  void endpointsThatAreNoPages() throws Exception {
    server("'authorization_endpoint': 'file:///etc/hostname'");
    refused();
    server("'authorization_endpoint': 'javascript:alert(1)'");
    refused();
    server("'authorization_endpoint': '@/authorize\\u000a--help'");
    refused();
  }

  @Test
  void noProofKeys() throws Exception {
    server("'code_challenge_methods_supported': ['plain']");
    refused();
  }

  @Test
  void documentsWithoutEnd() throws Exception {
    resource("endless");
    refused();
    sound();
    document("/.well-known/oauth-authorization-server", "endless");
    refused();
    sound();
    document("/register", "endless");
    refused();
  }

  private static void resource(String text) {
    document("/.well-known/oauth-protected-resource/mcp", text);
  }

  /** The sound metadata, with one member in the place of its own. */
  private void server(String member) {
    sound();
    String path = "/.well-known/oauth-authorization-server";
    String name = member.replaceFirst(":.*", "").replace('\'', '"');
    String kept =
        Objects.requireNonNull(DOCUMENTS.get(path))
            .replaceFirst(name + ": (\\[[^]]*]|\"[^\"]*\")", "#");
    document(path, kept.replace("#", member));
  }
}
