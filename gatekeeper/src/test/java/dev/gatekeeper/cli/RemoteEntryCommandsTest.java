package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the commands say of a server that is elsewhere; none of these sends a secret. */
final class RemoteEntryCommandsTest {
  private static final String MADE_UP = "made-up-token-4Zk29QxT7w";

  @TempDir Path folder;
  private Path project;
  private Path list;

  @BeforeEach
  void layOut() throws IOException {
    project = Files.createDirectories(folder.toRealPath().resolve("project"));
    list = project.resolve(".gatekeeper/allowlist.json");
  }

  private CommandRun command() {
    return CommandRun.in(project)
        .with("HOME", folder.toString())
        .with("GATEKEEPER_HOME", folder.resolve("home").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  private CommandRun add(String... more) {
    String[] all = new String[more.length + 6];
    System.arraycopy(
        new String[] {"allowlist", "add", "--reason", "r", "--owner", "o"}, 0, all, 0, 6);
    System.arraycopy(more, 0, all, 6, more.length);
    return command().run(all);
  }

  private void trusted(String entry) throws Exception {
    Files.createDirectories(list.getParent());
    Files.writeString(
        list,
        "{\"version\":1,\"mcpServers\":{\"linear\":{\"type\":\"http\",\"reason\":\"r\",\"owner\":\"o\","
            + "\"tools\":{\"allow\":[\"get_*\"]},"
            + entry
            + "}}}");
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, VaultFixture.PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Path home =
        Files.createDirectory(
            folder.resolve("home"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (OpenVault _ = VaultFixture.create(home.resolve("vault"))) {
      assertThat(command().run("allowlist", "trust", "--yes").exit()).isZero();
    }
  }

  @Test
  void anAddressIsAddedAsARemoteServer() throws IOException {
    CommandRun add = add("linear", "https://mcp.linear.app/mcp", "--oauth", "--tool", "get_*");
    assertThat(add.err()).isEmpty();
    assertThat(add.out())
        .isEqualTo(
            """
            added linear to .gatekeeper/allowlist.json
            to put the list in force: gatekeeper allowlist trust
            to log in, once the list is in force: gatekeeper login linear, and then: gatekeeper allowlist lock linear
            """);
    JsonNode entry = JsonMapper.shared().readTree(Files.readString(list)).at("/mcpServers/linear");
    assertThat(entry.toString())
        .isEqualTo(
            "{\"reason\":\"r\",\"owner\":\"o\",\"type\":\"http\","
                + "\"url\":\"https://mcp.linear.app/mcp\",\"oauth\":{},"
                + "\"tools\":{\"allow\":[\"get_*\"]}}");
  }

  @Test
  void headersNameSecretsAndHoldNone() throws IOException {
    CommandRun add =
        add("x", "https://x.example/", "--header", "Authorization=Bearer ${secret:x/token}");
    assertThat(add.err()).isEmpty();
    assertThat(add.out()).doesNotContain("gatekeeper login", "is sent no secret");
    assertThat(Files.readString(list)).contains("\"Authorization\": \"Bearer ${secret:x/token}\"");

    CommandRun literal = add("y", "https://x.example/", "--header", "Authorization=" + MADE_UP);
    assertThat(literal.exit()).isEqualTo(1);
    assertThat(literal.err()).contains("then write Authorization=secret:NAME;");
    CommandRun bearer =
        add("y", "https://x.example/", "--header", "Authorization=Bearer " + MADE_UP);
    assertThat(bearer.err()).contains("then write Authorization='Bearer ${secret:NAME}';");
    CommandRun address = add("z", "https://x.example/?api_key=" + MADE_UP);
    assertThat(address.exit()).isEqualTo(1);
    assertThat(literal.err() + address.err() + Files.readString(list)).doesNotContain(MADE_UP);
  }

  @Test
  void withoutBothItSaysWhatIsMissingPerhaps() {
    assertThat(add("x", "https://x.example/").out())
        .contains("it is sent no secret: if it wants one, its entry needs \"oauth\": {}");
  }

  @Test
  void whatBelongsToAProgramIsAMistakeThere() {
    for (List<String> line :
        List.of(
            List.of("x", "https://x.example/", "more"),
            List.of("x", "https://x.example/", "--env", "A=b"),
            List.of("x", "https://x.example/", "--unpinned", "why"),
            List.of("x", "cat", "--oauth"),
            List.of("x", "cat", "--header", "A=b"))) {
      CommandRun add = add(line.toArray(String[]::new));
      assertThat(add.exit()).as("%s", line).isEqualTo(2);
    }
    assertThat(add("x", "http://x.example/").err()).contains("without TLS everybody on the way");
    assertThat(list).doesNotExist();
  }

  @Test
  void showNamesAddressLoginAndWay() throws Exception {
    trusted(
        "\"url\":\"https://mcp.linear.app/mcp\",\"oauth\":{\"scopes\":[\"read\"]},"
            + "\"headers\":{\"X-Team\":\"acme\"},\"ca\":\"/etc/corp.pem\","
            + "\"proxy\":\"http://proxy.corp:3128\",\"lifetime\":\"session\"");
    assertThat(command().run("allowlist", "show").out())
        .contains(
            """
              address    https://mcp.linear.app/mcp
              headers    x-team=acme
              login      mcp.linear.app, by a person with a browser, scopes: read
              authority  /etc/corp.pem
              proxy      http://proxy.corp:3128
              lifetime   the session
            """);
    assertThat(command().run("allowlist", "install").out())
        .isEqualTo("linear is remote, at mcp.linear.app: nothing to install\n");
  }

  @Test
  void checkDemandsALockAsOfAnyServer() throws Exception {
    trusted("\"url\":\"https://mcp.linear.app/mcp\",\"oauth\":{}");
    String lock = list.resolveSibling("allowlist.lock.json").toString();
    Files.writeString(Path.of(lock), "{\n  \"servers\": {},\n  \"version\": 1\n}\n");
    CommandRun check = command().run("allowlist", "check");
    assertThat(check.exit()).isEqualTo(1);
    assertThat(check.out()).contains("server linear is not locked: nothing of it exists");

    Files.writeString(
        Path.of(lock),
        MadeUpLock.of(Files.readString(list), "linear", Map.of("get_issue", "Gets it.")));
    assertThat(command().run("allowlist", "check").out())
        .endsWith("1 server, 0 commands; 0 errors, 0 notes\n");
  }

  @Test
  void statusSaysWhereItIs() throws Exception {
    trusted("\"url\":\"https://mcp.linear.app/mcp\",\"oauth\":{}");
    assertThat(command().run("status").out())
        .contains("server   linear, http at mcp.linear.app, not locked");
    JsonNode server =
        JsonMapper.shared().readTree(command().run("status", "--json").out()).at("/servers/0");
    assertThat(server.at("/transport").asString()).isEqualTo("http");
    assertThat(server.at("/host").asString()).isEqualTo("mcp.linear.app");
  }

  @Test
  void doctorForetellsWhatItIsSent() throws Exception {
    trusted(
        "\"url\":\"https://mcp.linear.app/mcp\",\"headers\":{\"X-Key\":\"secret:linear/key\"},"
            + "\"oauth\":{}");
    CommandRun run = command().run("doctor", "--env", "linear");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out())
        .isEqualTo(
            """
            linear is sent, at mcp.linear.app:
              header x-key  entry  secret:linear/key
              login         entry  secret:login/mcp.linear.app
              url           entry
            secret:linear/key: the vault has no secret linear/key.
              hint: gatekeeper vault put linear/key
            secret:login/mcp.linear.app: the vault has no secret login/mcp.linear.app.
              hint: gatekeeper login linear
            """);
  }

  @Test
  void doctorAsksTheHostAndSendsNothingOfTheEntry() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    Set<String> headers = new TreeSet<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          headers.addAll(exchange.getRequestHeaders().keySet());
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp/made-up-path";
    try {
      trusted("\"url\":\"" + url + "\",\"headers\":{\"X-Key\":\"secret:linear/key\"}");
      CommandRun run = command().run("doctor", "--reach", "linear");
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains("ok     host   127.0.0.1:", "answers (HTTP 401)");
      assertThat(run.exit()).isZero();
      assertThat(seen).containsExactly("GET /");
      assertThat(headers).noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("key"));
    } finally {
      server.stop(0);
    }
    CommandRun gone = command().run("doctor", "--reach", "linear", "--json");
    assertThat(gone.exit()).isEqualTo(1);
    JsonNode answer = JsonMapper.shared().readTree(gone.out());
    assertThat(answer.at("/answers").booleanValue()).isFalse();
    assertThat(answer.at("/text").asString()).contains("cannot be reached");
    assertThat(gone.out()).doesNotContain("made-up-path");
    assertThat(command().run("doctor", "--reach", "other").exit()).isEqualTo(2);
    assertThat(command().run("doctor", "--reach", "linear", "--env", "linear").exit()).isEqualTo(2);
  }
}
