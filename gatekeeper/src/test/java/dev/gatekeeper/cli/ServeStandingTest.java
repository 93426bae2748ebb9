package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.login.file.Kept;
import dev.gatekeeper.login.file.LoginFile;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.LoginKey;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Rule;
import dev.gatekeeper.vault.VaultFixture;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServeStandingTest {
  @TempDir Path folder;

  private String instructions(InForce inForce) throws Exception {
    return asked(inForce, ServeStanding::instructions);
  }

  private String asked(InForce inForce, Function<ServeStanding, String> question) throws Exception {
    return asked(inForce, Optional.empty(), question);
  }

  private <T> T asked(InForce inForce, Optional<String> only, Function<ServeStanding, T> question)
      throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.toRealPath() + "/home"));
    try (AuditLog log =
        AuditLog.open(folder.resolve("audit"), AuditOptions.of(new AuditContext()))) {
      return question.apply(
          new ServeStanding(inForce, home, folder.toRealPath(), log, lock -> lock, only));
    }
  }

  private static AllowList list(String servers) throws Exception {
    String text = "{\"version\":1,\"mcpServers\":{" + servers + "}}";
    return ListReader.read(text.getBytes(UTF_8), "allowlist.json");
  }

  private InForce trusted(String servers) throws Exception {
    return new InForce.Trusted(list(servers), List.of(), Rule.CONTENT, Optional.empty(), false);
  }

  private static String server(String name, String reason) {
    return "\"%s\":{\"reason\":\"%s\",\"owner\":\"o\",\"command\":\"cat\",\"tools\":{\"allow\":[\"*\"]}}"
        .formatted(name, reason);
  }

  @Test
  void namesEachServerWithItsReasonOnALineOfItsOwn() throws Exception {
    String text =
        instructions(trusted(server("github", "issues") + "," + server("files", "notes <b>")));
    assertThat(text.lines())
        .hasSize(3)
        .contains("github: issues", "files: notes \\u{3c}b>")
        .first()
        .asString()
        .endsWith("by name.");
  }

  /** No definition says so: without this a model asks a person for the password. */
  @Test
  void tellsWhereASecretMayBeNamed() throws Exception {
    String entry =
        server("shop", "orders")
            .replace(
                "\"command\"",
                "\"secretArguments\":{\"login\":{\"/password\":[\"secret:shop/password\"]}},\"command\"");
    InForce inForce = trusted(entry + "," + server("github", "issues"));
    assertThat(instructions(inForce))
        .contains("write the name, such as secret:", "github: issues")
        .contains("shop: orders. secret:shop/password in /password of login");
    assertThat(asked(inForce, ServeStanding::text))
        .contains("secrets that may be named to shop: secret:shop/password in /password of login\n")
        .doesNotContain("named to github");
    assertThat(instructions(trusted(server("github", "issues")))).doesNotContain("secret:");
  }

  /** What an agent can pass on to a person; of a login that is there it hears nothing. */
  @Test
  void tellsWhichLoginLacks() throws Exception {
    String remote =
        "\"%s\":{\"reason\":\"r\",\"owner\":\"o\",\"type\":\"http\",\"url\":\"https://%s.example/\",\"oauth\":%s}";
    InForce inForce =
        trusted(
            remote.formatted("tracker", "tracker", "{}")
                + ","
                + remote.formatted(
                    "ci",
                    "ci",
                    "{\"grant\":\"client_credentials\",\"clientId\":\"c\",\"clientSecret\":\"secret:ci/c\"}")
                + ","
                + server("files", "notes"));
    assertThat(asked(inForce, ServeStanding::text))
        .contains(
            "login to tracker: nobody has logged in. A person types: gatekeeper login tracker\n")
        .doesNotContain("login to ci", "login to files");
    Path file = folder.resolve("home/logins/tracker.example.login");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "made-up words of somebody else");
    assertThat(asked(inForce, ServeStanding::text))
        .contains("login to tracker: its file cannot be read.")
        .doesNotContain("made-up words");
    LoginHeader header =
        new LoginHeader(
            "tracker.example",
            "https://tracker.example",
            "https://login.example",
            1,
            Optional.empty(),
            Optional.empty(),
            new TreeSet<>());
    Kept kept =
        new Kept(
            "made-up-access",
            Optional.empty(),
            Optional.empty(),
            URI.create("https://login.example/token"),
            Optional.empty(),
            Client.open("made-up"));
    try (LoginKey key = LoginKey.generate()) {
      Logins.in(Home.locate(Map.of("GATEKEEPER_HOME", folder.toRealPath() + "/home")))
          .write(LoginFile.seal(key, header, kept));
    }
    assertThat(asked(inForce, ServeStanding::text)).doesNotContain("login to");
  }

  @Test
  void saysWhetherTheVaultIsOpen() throws Exception {
    InForce none = new InForce.NoList("none");
    assertThat(asked(none, ServeStanding::text))
        .contains("vault: there is none. A person types: gatekeeper vault init")
        .doesNotContain("team vault");
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.toRealPath() + "/home"));
    VaultFixture.create(home.resolve("vault")).close();
    assertThat(asked(none, ServeStanding::text)).contains("vault: there; a keyring or a");
    KillSwitch.in(home).close();
    assertThat(asked(none, ServeStanding::text))
        .contains("vault: closed; a person types: gatekeeper vault open\n");
  }

  @Test
  void staysWithinWhatTheClientShows() throws Exception {
    StringBuilder servers = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      servers.append(i == 0 ? "" : ",").append(server("server-" + i, "because ".repeat(50)));
    }
    String text = instructions(trusted(servers.toString()));
    assertThat(text).hasSizeLessThanOrEqualTo(4_096).contains("server-0: ", "server-39: ");
  }

  @Test
  void whatAPersonTypesEndsItsLine() throws Exception {
    assertThat(instructions(new InForce.NoList("Type: gatekeeper allowlist add")).lines())
        .hasSize(2)
        .first()
        .isEqualTo("Type: gatekeeper allowlist add");
  }

  @Test
  void oneServerCanBeGovernedAlone() throws Exception {
    InForce both = trusted(server("github", "issues") + "," + server("files", "notes"));
    Optional<String> files = Optional.of("files");
    assertThat(asked(both, files, ServeStanding::policy).servers())
        .map(server -> server.name())
        .containsExactly("files");
    assertThat(asked(both, files, ServeStanding::instructions))
        .contains("\nfiles: notes")
        .doesNotContain("github");
    assertThat(asked(both, files, ServeStanding::text))
        .contains("2 servers", "this session governs: [files]");
    assertThat(asked(both, files, ServeStanding::listDigest)).isEqualTo(both.list().digest());
  }

  @Test
  void aNameThatTheListDoesNotHaveGovernsNothingAndSaysSo() throws Exception {
    InForce one = trusted(server("github", "issues"));
    Optional<String> unknown = Optional.of("gitlab\u001b[2J");
    assertThat(asked(one, unknown, ServeStanding::policy).servers()).isEmpty();
    assertThat(asked(one, unknown, ServeStanding::instructions))
        .startsWith("This session governs one server (serve --only gitlab\\u{1b}[2J)")
        .contains("A person types: gatekeeper allowlist show")
        .doesNotContain("github");
    assertThat(asked(one, unknown, ServeStanding::text)).contains("governs: []");
    assertThat(asked(one, Optional.of("githab"), ServeStanding::remark).orElseThrow())
        .contains("no tool of any server is there. It has github. A person types:");
    assertThat(asked(one, Optional.of("github"), ServeStanding::remark)).isEmpty();
    assertThat(asked(one, Optional.empty(), ServeStanding::remark)).isEmpty();
    InForce none = new InForce.NoList("Type: gatekeeper allowlist add");
    assertThat(asked(none, unknown, ServeStanding::instructions)).doesNotContain("--only");
    assertThat(asked(none, unknown, ServeStanding::remark)).isEmpty();
  }
}
