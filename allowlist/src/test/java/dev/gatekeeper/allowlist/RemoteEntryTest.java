package dev.gatekeeper.allowlist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.OAuth.Grant;
import dev.gatekeeper.allowlist.read.ListReader;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an entry of a remote server is read as; what is refused stands in vectors/lists.json. */
final class RemoteEntryTest {
  @Test
  void anAddressIsEnough() throws AllowListException {
    HttpServer server = server("\"url\": \"https://MCP.Example:443/mcp\"");
    assertThat(server.host()).isEqualTo("mcp.example");
    assertThat(server.origin()).isEqualTo("https://mcp.example");
    assertThat(server.lifetime()).isEqualTo(new Lifetime.Idle(Duration.ofMinutes(10)));
    assertThat(server.oauth()).isEmpty();
    assertThat(server.caFile()).isEmpty();
    assertThat(server.proxy()).isEmpty();
    assertThat(server.given()).isEmpty();
  }

  @Test
  void hostAndOriginNameThePortThatIsNotTheUsualOne() throws AllowListException {
    assertThat(server("\"url\": \"https://x.example:80\"").origin())
        .isEqualTo("https://x.example:80");
    assertThat(server("\"url\": \"http://[::1]:3000?a=/b\"").host()).isEqualTo("[::1]:3000");
    assertThat(server("\"url\": \"http://localhost:80/\"").origin()).isEqualTo("http://localhost");
  }

  @Test
  void aLoginHasTheHostsNameAndNeedsItsKey() throws AllowListException {
    HttpServer server =
        server(
            """
            "url": "https://mcp.example/mcp?k=${secret:x/path}", "headers": {"X-Key": "secret:x/key"},
            "oauth": {}, "ca": "certs/corp.pem", "proxy": "http://proxy.example:3128"
            """);
    OAuth oauth = server.oauth().orElseThrow();
    assertThat(oauth.login()).isEqualTo("mcp.example");
    assertThat(oauth.grant()).isEqualTo(Grant.AUTHORIZATION_CODE);
    assertThat(oauth.scopes()).isEmpty();
    assertThat(server.given())
        .map(Reference::toString)
        .containsExactly("secret:login/mcp.example", "secret:x/key", "secret:x/path");
    assertThat(server.caFile()).map(Template::toString).contains("certs/corp.pem");
    assertThat(server.proxy()).contains("http://proxy.example:3128");
  }

  @Test
  void aLoginWithoutAPersonNeedsItsClientsSecret() throws AllowListException {
    HttpServer server =
        server(
            """
            "url": "http://localhost:8080/", "oauth": {"grant": "client_credentials",
              "scopes": ["b", "a"], "clientId": "ci", "clientSecret": "team:ci/client"}
            """);
    OAuth oauth = server.oauth().orElseThrow();
    assertThat(oauth.login()).isEqualTo("localhost-8080");
    assertThat(oauth.grant()).isEqualTo(Grant.CLIENT_CREDENTIALS);
    assertThat(oauth.scopes()).containsExactly("a", "b");
    assertThat(oauth.clientId()).isEqualTo(Optional.of("ci"));
    assertThat(server.given())
        .map(Reference::toString)
        .containsExactly("secret:login/localhost-8080", "team:ci/client");
  }

  @Test
  void aLoginThatHasAllItsMembers() throws AllowListException {
    OAuth oauth =
        server(
                """
                "url": "https://x.example/", "oauth": {"login": "work", "issuer": "https://as.example/t",
                  "clientId": "gk", "redirectPort": 8400}
                """)
            .oauth()
            .orElseThrow();
    assertThat(oauth.login()).isEqualTo("work");
    assertThat(oauth.issuer()).contains("https://as.example/t");
    assertThat(oauth.redirectPort()).contains(8400);
    assertThat(oauth.clientSecret()).isEmpty();
  }

  @Test
  void aPersonsOwnListHasNeitherSecretsNorFilesOfTheRepository() throws AllowListException {
    refused("\"headers\": {\"X\": \"team:x\"}", "use the repository's secrets");
    refused(
        "\"oauth\": {\"clientId\": \"i\", \"clientSecret\": \"team:x\"}",
        "use the repository's secrets");
    refused("\"ca\": \"corp.pem\"", "use files of a repository");
    refused("\"ca\": \"${project}/corp.pem\"", "use files of a repository");
    for (String ca : new String[] {"/etc/corp.pem", "~/corp.pem", "${home}/corp.pem"}) {
      AllowList list = ListReader.readPersonal(list("\"ca\": \"" + ca + "\""), "f");
      assertThat(list.servers()).containsOnlyKeys("a");
    }
  }

  private static void refused(String members, String message) {
    assertThatThrownBy(() -> ListReader.readPersonal(list(members), "f"))
        .hasMessageContaining("a person's own list cannot " + message);
  }

  private static byte[] list(String members) {
    return text("\"url\": \"https://x.example/\", " + members);
  }

  private static HttpServer server(String members) throws AllowListException {
    return (HttpServer) ListReader.read(text(members), "f").servers().values().iterator().next();
  }

  private static byte[] text(String members) {
    return ("{\"version\": 1, \"mcpServers\": {\"a\": {\"type\": \"http\", " + members + "}}}")
        .getBytes(UTF_8);
  }
}
