package dev.gatekeeper.login.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.http.Connector;
import dev.gatekeeper.login.MadeUpAuthorization;
import dev.gatekeeper.login.PlainWeb;
import dev.gatekeeper.login.web.ConnectorWeb;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata, sound and hostile, on this machine and on made-up hosts. */
final class DiscoveryTest {
  private static final String RESOURCE = "/.well-known/oauth-protected-resource";
  private static final String SERVER = "/.well-known/oauth-authorization-server";

  private MadeUpAuthorization made;

  @BeforeEach
  void start() throws IOException {
    made = new MadeUpAuthorization();
  }

  @AfterEach
  void stop() {
    made.close();
  }

  private Discovered found(String... pinned) throws LoginException {
    return new Discovery(new PlainWeb(), false)
        .of(Resource.of(made.mcp()), List.of(pinned).stream().findFirst());
  }

  private void refused(String why) {
    assertThatThrownBy(this::found).isInstanceOf(LoginException.class).hasMessageContaining(why);
  }

  @Test
  void theServersOwnWordsLeadToItsIssuer() throws Exception {
    Discovered found = found();
    assertThat(found.resource().toString()).isEqualTo(made.mcp());
    assertThat(found.authorization().issuer()).isEqualTo(made.origin());
    assertThat(found.authorization().token().toString()).isEqualTo(made.origin() + "/token");
    assertThat(found.asked()).containsExactly("read");
    assertThat(made.requests)
        .containsExactly("POST /mcp", "GET " + RESOURCE + "/mcp", "GET " + SERVER);
  }

  @Test
  void aChallengeNamesTheMetadataAndTheScopes() throws Exception {
    made.documents.put("/elsewhere", made.resourceMetadata());
    made.wwwAuthenticate =
        Optional.of(
            "Basic realm=\"a, Bearer scope=b\", Bearer realm=\"\\\"x\\\"\", scope=\"files:read c\","
                + " resource_metadata=\""
                + made.origin()
                + "/elsewhere\"");
    Discovered found = found();
    assertThat(found.asked()).containsExactly("c", "files:read");
    assertThat(made.requests).containsExactly("POST /mcp", "GET /elsewhere", "GET " + SERVER);
  }

  /** A server may let anybody begin a session, and want a token for what comes next. */
  @Test
  void aChallengeMayComeAfterTheBeginning() throws Exception {
    List<String> challenge =
        List.of(
            "Bearer scope=\"later\", resource_metadata=\"" + made.origin() + RESOURCE + "/mcp\"");
    Web open =
        request -> {
          String body = new String(request.body(), StandardCharsets.UTF_8);
          if (body.contains("initialize")) {
            return new Web.Answer(200, Map.of("mcp-session-id", List.of("made-up")), new byte[0]);
          }
          boolean known = "made-up".equals(request.headers().get("mcp-session-id"));
          return body.contains("tools/list") && known
              ? new Web.Answer(401, Map.of("www-authenticate", challenge), new byte[0])
              : new PlainWeb().send(request);
        };
    Discovered found = new Discovery(open, false).of(Resource.of(made.mcp()), Optional.empty());
    assertThat(found.asked()).containsExactly("later");
  }

  @Test
  void theRootIsAskedNextAndAResourceMayLieAbove() throws Exception {
    made.documents.put(RESOURCE + "/mcp", "");
    made.documents.put(RESOURCE, made.resourceMetadata("resource", "\"" + made.origin() + "\""));
    assertThat(found().resource().toString()).isEqualTo(made.origin());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ORIGIN/other", "ORIGIN/mc", "ORIGIN/mcp/below", "https://other.example/mcp"})
  void metadataOfAnotherResourceAreRefused(String resource) {
    made.documents.put(
        RESOURCE + "/mcp",
        made.resourceMetadata("resource", "\"" + resource.replace("ORIGIN", made.origin()) + "\""));
    refused("which is not this server");
  }

  @Test
  void anotherIssuerInTheMetadataIsRefused() {
    made.documents.put(SERVER, made.metadata("issuer", "\"" + made.origin() + "/other\""));
    refused("are of another issuer");
  }

  @Test
  void aServerWithoutS256IsRefused() {
    made.documents.put(SERVER, made.metadata("code_challenge_methods_supported", ""));
    refused("S256");
    made.documents.put(SERVER, made.metadata("code_challenge_methods_supported", "[\"plain\"]"));
    refused("S256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{", "null", "\"x\"", "{}", "<html>", "{\"resource\":7}"})
  void whatIsNoMetadataIsRefusedAndNotQuoted(String text) {
    made.documents.put(RESOURCE + "/mcp", text);
    refused("the server's resource metadata");
    made.documents.put(RESOURCE + "/mcp", made.resourceMetadata());
    made.documents.put(SERVER, text);
    refused("the authorization server's metadata");
  }

  @Test
  void aRedirectIsNoMetadata() throws Exception {
    made.documents.put(RESOURCE + "/mcp", "redirect " + made.origin() + "/x");
    made.documents.put(RESOURCE, "redirect " + made.origin() + "/x");
    made.documents.put(SERVER, "redirect http://169.254.169.254/latest");
    assertThat(found().authorization().assumed()).isTrue();
    assertThat(made.requests).doesNotContain("GET /x");
  }

  /** By the client that real sessions use: within its origin it follows. */
  @Test
  void aRedirectElsewhereIsAsIfThereWereNothing() throws Exception {
    try (MadeUpAuthorization elsewhere = new MadeUpAuthorization();
        Connector connector = Connector.of(Optional.empty(), Optional.empty())) {
      Discovery discovery = new Discovery(new ConnectorWeb(connector), false);
      made.documents.put(RESOURCE + "/mcp", "redirect " + elsewhere.origin() + "/x");
      made.documents.put(RESOURCE, "redirect " + made.origin() + "/moved");
      made.documents.put("/moved", made.resourceMetadata());
      made.documents.put(SERVER, "redirect " + elsewhere.origin() + SERVER);
      made.documents.put("/.well-known/openid-configuration", made.metadata());
      Discovered found = discovery.of(Resource.of(made.mcp()), Optional.empty());
      assertThat(found.asked()).containsExactly("read");
      assertThat(found.authorization().assumed()).isFalse();
      made.documents.put("/mcp", "redirect " + elsewhere.mcp());
      assertThatThrownBy(() -> discovery.of(Resource.of(made.mcp()), Optional.empty()))
          .hasMessageContaining("redirect");
      assertThat(elsewhere.requests).isEmpty();
    }
  }

  @Test
  void ofSeveralIssuersTheFirstIsTakenUnlessTheEntryNamesOne() throws Exception {
    String other = made.origin() + "/tenant";
    made.documents.put(
        RESOURCE + "/mcp",
        made.resourceMetadata(
            "authorization_servers", "[\"" + made.origin() + "\",\"" + other + "\"]"));
    assertThat(found().others()).containsExactly(other);
    made.documents.put(SERVER + "/tenant", made.metadata("issuer", "\"" + other + "\""));
    assertThat(found(other).authorization().issuer()).isEqualTo(other);
    assertThatThrownBy(() -> found("https://pinned.example"))
        .hasMessageContaining("does not name the issuer of its entry");
  }

  @Test
  void anIssuerWithAPathIsLookedForInTheThreePlacesInOrder() throws Exception {
    String issuer = made.origin() + "/tenant";
    made.documents.put(
        RESOURCE + "/mcp", made.resourceMetadata("authorization_servers", "[\"" + issuer + "\"]"));
    made.documents.put(
        "/tenant/.well-known/openid-configuration", made.metadata("issuer", "\"" + issuer + "\""));
    assertThat(found().authorization().issuer()).isEqualTo(issuer);
    assertThat(made.requests.subList(2, 5))
        .containsExactly(
            "GET " + SERVER + "/tenant",
            "GET /.well-known/openid-configuration/tenant",
            "GET /tenant/.well-known/openid-configuration");
  }

  @Test
  void withoutResourceMetadataTheServerItselfIsTheIssuer() throws Exception {
    made.documents.put(RESOURCE + "/mcp", "");
    assertThat(found().authorization().assumed()).isFalse();
    made.documents.put(SERVER, "");
    AuthorizationServer assumed = found().authorization();
    assertThat(assumed.assumed()).isTrue();
    assertThat(assumed.authorization().orElseThrow().toString())
        .isEqualTo(made.origin() + "/authorize");
  }

  /** Hosts by name, what each answers, and what was asked. */
  private static final class MadeUpHosts implements Web {
    private final Map<String, String> documents = new TreeMap<>();
    private final List<String> asked = new ArrayList<>();

    @Override
    public Answer send(Request request) {
      asked.add(request.uri().toString());
      String document = documents.getOrDefault(request.uri().toString(), "");
      return new Answer(
          document.isEmpty() ? 404 : 200, Map.of(), document.getBytes(StandardCharsets.UTF_8));
    }

    static InetAddress[] resolve(String host) throws UnknownHostException {
      String[] addresses =
          switch (host) {
            case "mcp.example", "login.example" -> new String[] {"203.0.114.7"};
            case "inside.example" -> new String[] {"10.1.2.3"};
            case "both.example" -> new String[] {"203.0.114.7", "127.0.0.1"};
            case "meta.example" -> new String[] {"169.254.169.254"};
            case "six.example" -> new String[] {"fd00::1"};
            case "mapped.example" -> new String[] {"64:ff9b::7f00:1"};
            default -> throw new UnknownHostException(host);
          };
      InetAddress[] found = new InetAddress[addresses.length];
      for (int i = 0; i < found.length; i++) {
        found[i] = InetAddress.getByName(addresses[i]);
      }
      return found;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://mcp.example/mcp, https://inside.example",
    "https://mcp.example/mcp, https://both.example",
    "https://mcp.example/mcp, https://meta.example",
    "https://mcp.example/mcp, https://six.example",
    "https://mcp.example/mcp, https://mapped.example",
    "https://mcp.example/mcp, https://localhost",
    "https://mcp.example/mcp, https://127.1",
    "https://mcp.example/mcp, https://[::1]",
    "https://mcp.example/mcp, http://127.0.0.1:8080",
    "https://both.example/mcp, https://inside.example",
    "https://both.example/mcp, https://localhost",
    "https://inside.example/mcp, https://localhost",
    "https://inside.example/mcp, https://meta.example",
  })
  void aServerSendsUsToNothingThatIsNearerThanItself(String server, String issuer) {
    MadeUpHosts hosts = new MadeUpHosts();
    String metadata =
        "{\"resource\":\"" + server + "\",\"authorization_servers\":[\"" + issuer + "\"]}";
    String origin = server.substring(0, server.length() - "/mcp".length());
    hosts.documents.put(origin + RESOURCE + "/mcp", metadata);
    assertThatThrownBy(
            () ->
                new Discovery(hosts, false, MadeUpHosts::resolve)
                    .of(Resource.of(server), Optional.empty()))
        .isInstanceOf(LoginException.class);
    assertThat(hosts.asked).hasSize(2).allMatch(asked -> asked.startsWith(origin));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://login.example/token",
        "https://inside.example/token",
        "https://user@login.example/token",
        "https://login.example/token#x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "--help",
        "/token"
      })
  void noEndpointIsTakenThatIsNotAsPublicAsTheServer(String endpoint) {
    MadeUpHosts hosts = new MadeUpHosts();
    hosts.documents.put(
        "https://mcp.example" + RESOURCE,
        "{\"resource\":\"https://mcp.example\",\"authorization_servers\":"
            + "[\"https://login.example\"]}");
    for (String name : List.of("authorization_endpoint", "token_endpoint", "revocation_endpoint")) {
      Map<String, String> endpoints = new TreeMap<>();
      endpoints.put("authorization_endpoint", "https://login.example/a");
      endpoints.put("token_endpoint", "https://login.example/t");
      endpoints.put(name, endpoint);
      StringBuilder json = new StringBuilder("{\"issuer\":\"https://login.example\"");
      json.append(",\"code_challenge_methods_supported\":[\"S256\"]");
      endpoints.forEach((key, value) -> json.append(",\"" + key + "\":\"" + value + "\""));
      hosts.documents.put("https://login.example" + SERVER, json.append('}').toString());
      assertThatThrownBy(
              () ->
                  new Discovery(hosts, false, MadeUpHosts::resolve)
                      .of(Resource.of("https://mcp.example"), Optional.empty()))
          .isInstanceOf(LoginException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void anIssuerOfTheEntryMayBeNearer() throws Exception {
    MadeUpHosts hosts = new MadeUpHosts();
    hosts.documents.put(
        "https://mcp.example" + RESOURCE,
        "{\"resource\":\"https://mcp.example\",\"authorization_servers\":"
            + "[\"https://inside.example\"]}");
    hosts.documents.put(
        "https://inside.example" + SERVER,
        "{\"issuer\":\"https://inside.example\",\"token_endpoint\":\"https://inside.example/t\"}");
    Discovered found =
        new Discovery(hosts, false, MadeUpHosts::resolve)
            .of(Resource.of("https://mcp.example"), Optional.of("https://inside.example"));
    assertThat(found.authorization().token().getHost()).isEqualTo("inside.example");
  }
}
