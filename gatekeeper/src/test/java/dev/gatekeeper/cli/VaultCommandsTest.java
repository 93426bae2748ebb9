package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.vault.VaultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VaultCommandsTest {
  @TempDir Path folder;
  private Path home;
  private Path passphrase;

  @BeforeEach
  void layOut() throws IOException {
    home = folder.resolve("home");
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
  }

  private CommandRun command() {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", home.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }

  private CommandRun put(String name, String value, String... options) {
    List<String> line = new ArrayList<>(List.of("vault", "put", name));
    line.addAll(List.of(options));
    return command().input(value.getBytes(UTF_8)).run(line.toArray(String[]::new));
  }

  @Test
  void aSecretIsStoredListedAndRemoved() throws IOException {
    assertThat(command().run("vault", "init").exit()).isZero();
    CommandRun stored = put("github/token", "made-up-value-of-a-token\n");
    assertThat(stored.err()).isEmpty();
    assertThat(stored.out())
        .matches(
            "Stored github/token \\(24 bytes, at most about [0-9]{2,3} bits, without a"
                + " fingerprint\\)\\. Refer to it as secret:github/token\n");

    CommandRun listed = command().run("vault", "list");
    assertThat(listed.out()).contains("github/token").doesNotContain("made-up");
    assertThat(command().run("vault", "list", "--json").out())
        .isEqualTo(
            """
            {"name":"github/token","version":1,"created":"2026-01-02T03:04:05Z",\
            "rotated":"2026-01-02T03:04:05Z"}
            """);

    assertThat(command().run("vault", "remove", "github/token").exit()).isZero();
    CommandRun again = command().run("vault", "remove", "github/token");
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("the vault has no secret github/token");
    assertThat(command().run("vault", "list").out())
        .isEqualTo("The vault is empty. Next: gatekeeper vault put NAME\n");
    String log = log();
    assertThat(log).contains("\"vault.change\"", "secret:github/token").doesNotContain("made-up");
  }

  @Test
  void weakAndReusedSecretsAreNamedAndNeverShown() throws IOException {
    assertThat(command().run("vault", "init").exit()).isZero();
    put("strong", "made-up-k3R9wQ2zXv8LmT4y\n");
    CommandRun none = command().run("vault", "check");
    assertThat(none.exit()).isZero();
    assertThat(none.out()).isEqualTo("1 secrets, none of them weak or overdue, no value twice.\n");
    put("short", "pin-1\n");
    put("guessable", "12345678\n");
    put("again", "made-up-k3R9wQ2zXv8LmT4y\n");
    CommandRun found = command().run("vault", "check");
    assertThat(found.exit()).isEqualTo(1);
    assertThat(found.out())
        .contains("weak    short", "cannot be masked", "weak    guessable")
        .contains("reused  again  strong")
        .doesNotContain("made-up", "12345678", "pin-1", "weak    strong");
    CommandRun json = command().run("vault", "check", "--json");
    assertThat(json.exit()).isEqualTo(1);
    assertThat(json.out())
        .contains("{\"finding\":\"weak\",\"name\":\"short\",\"bits\":")
        .contains("{\"finding\":\"reused\",\"names\":\"again strong\"}")
        .doesNotContain("made-up");
  }

  @Test
  void aSecretThatWasToBeReplacedIsNamed() {
    assertThat(command().run("vault", "init").exit()).isZero();
    for (String[] one :
        new String[][] {{"today", "2026-01-02"}, {"past", "2025-12-31"}, {"later", "2026-01-03"}}) {
      CommandRun stored =
          command()
              .input(("made-up-k3R9wQ2zXv8LmT4y-" + one[0] + "\n").getBytes(UTF_8))
              .run("vault", "put", one[0], "--due", one[1]);
      assertThat(stored.exit()).isZero();
    }
    CommandRun found = command().run("vault", "check");
    assertThat(found.exit()).isEqualTo(1);
    assertThat(found.out())
        .isEqualTo(
            """
            overdue past  (was to be replaced by 2025-12-31)
            overdue today  (was to be replaced by 2026-01-02)
            """);
    assertThat(command().run("vault", "check", "--json").out())
        .contains("{\"finding\":\"overdue\",\"name\":\"past\",\"due\":\"2025-12-31\"}");
  }

  /** The date is of the value, the rest of the secret. */
  @Test
  void aNewValueHasNoDateOfTheFormerOne() {
    assertThat(command().run("vault", "init").exit()).isZero();
    assertThat(put("a", "made-up-k3R9wQ2zXv8LmT4y", "--due", "2025-12-31", "--owner", "o").exit())
        .isZero();
    assertThat(command().run("vault", "check").exit()).isEqualTo(1);

    CommandRun replaced = put("a", "made-up-Zq7LmT4yk3R9wQ2z", "--provider", "p", "--tag", "t");
    assertThat(replaced.out())
        .endsWith("Its date (2025-12-31) went with the former value; --due sets one for this.\n");
    assertThat(command().run("vault", "check").exit()).isZero();
    assertThat(attributes()).contains("\"owner\":\"o\"", "\"provider\":\"p\"");
    assertThat(attributes()).doesNotContain("due");
  }

  @Test
  void theWordNoneTakesAwayWhatIsSaid() {
    assertThat(command().run("vault", "init").exit()).isZero();
    put("a", "made-up-k3R9wQ2zXv8LmT4y", "--due", "2026-12-31", "--owner", "o", "--tag", "t");
    assertThat(attributes()).contains("owner", "tags", "due");

    CommandRun none =
        put("a", "made-up-Zq7LmT4yk3R9wQ2z", "--owner", "none", "--tag", "none", "--due", "none");
    assertThat(none.out()).startsWith("Replaced a (").doesNotContain("Its date");
    assertThat(attributes()).contains("\"version\":2").doesNotContain("owner", "tags", "due");
  }

  @Test
  void whatIsSaidOfASecretIsADateAndNotEmpty() {
    command().run("vault", "init");
    for (String[] option : new String[][] {{"--due", "soon"}, {"--due", ""}, {"--owner", " "}}) {
      CommandRun run = put("a", "made-up-k3R9wQ2zXv8LmT4y", option);
      assertThat(run.exit()).as(option[0]).isEqualTo(CommandFailure.USAGE);
    }
    assertThat(attributes()).isEmpty();
  }

  private String attributes() {
    return command().run("vault", "list", "--json").out();
  }

  @Test
  void withoutAVaultEachCommandSaysWhatToType() {
    for (String[] line :
        new String[][] {
          {"vault", "list"}, {"vault", "status"}, {"vault", "remove", "a"}, {"vault", "put", "a"}
        }) {
      CommandRun run = command().run(line);
      assertThat(run.exit()).isNotZero();
      assertThat(run.err())
          .startsWith("gatekeeper: error: there is no vault yet")
          .endsWith("gatekeeper: hint: gatekeeper vault init\n");
    }
  }

  @Test
  void withoutAPassphraseNothingHappens() {
    command().run("vault", "init");
    CommandRun run =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", home.toString())
            .input("made-up-value".getBytes(UTF_8))
            .with("CI", "true")
            .run("vault", "put", "a");

    assertThat(run.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(run.err()).contains("the vault's passphrase is needed");
  }

  @Test
  void anAgentIsSentAway() {
    command().run("vault", "init");
    for (String[] line :
        new String[][] {
          {"vault", "put", "a"},
          {"vault", "remove", "a"},
          {"vault", "import", ".env"},
          {"vault", "init"},
          {"allowlist", "trust", "--yes"}
        }) {
      CommandRun run = command().with("CLAUDECODE", "1").run(line);
      assertThat(run.exit()).isEqualTo(CommandFailure.NO);
      assertThat(run.err()).contains("is for a person, and the variable CLAUDECODE is set");
    }
  }

  @Test
  void aPassphraseFileThatOthersReadIsRefused() throws IOException {
    command().run("vault", "init");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-r--r--"));

    CommandRun run = put("a", "made-up-value");
    assertThat(run.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(run.err()).contains("GATEKEEPER_PASSPHRASE_FILE", "chmod go-rwx");
  }

  @Test
  void aWeakValueIsStoredWithAWarning() {
    command().run("vault", "init");
    CommandRun run = put("pin", "1234");

    assertThat(run.exit()).isZero();
    assertThat(run.err()).contains("warning: too weak to be masked (8 bytes are the least");
  }

  @Test
  void severalLinesAreKeptAsTheyAre() throws Exception {
    command().run("vault", "init");

    assertThat(put("key", "made-up line 1\nmade-up line 2\n").out()).contains("(30 bytes, ");
    assertThat(put("key", "made-up line\r\n").out()).contains("(12 bytes, ");
  }

  @Test
  void aNameThatIsNoneIsNotRepeated() {
    command().run("vault", "init");
    CommandRun run = put("made-up=value!", "x");

    assertThat(run.exit()).isEqualTo(CommandFailure.USAGE);
    assertThat(run.err()).doesNotContain("made-up");
  }

  @Test
  void noChangeWithoutARecord() throws IOException {
    command().run("vault", "init");
    Path audit = home.resolve("audit");
    try (var files = Files.walk(audit)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Files.writeString(audit, "not a directory");

    CommandRun run = put("a", "made-up-value");
    assertThat(run.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(run.err()).contains("no change without a record");
    assertThat(command().run("vault", "list").out()).startsWith("The vault is empty.");
  }

  @Test
  void statusNeedsNoPassphrase() {
    command().run("vault", "init");
    CommandRun run =
        CommandRun.in(folder).with("GATEKEEPER_HOME", home.toString()).run("vault", "status");

    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains(
            "generation  1\n", "slots       passphrase (passphrase)\n", "gatekeeper vault open");
  }

  @Test
  void importMovesSecretsAndSaysWhatToChange() throws IOException {
    command().run("vault", "init");
    Path env = folder.resolve(".env");
    Files.writeString(
        env,
        """
        # settings
        PORT=3000
        OPENAI_API_KEY=made-up-key-of-openai
        export DB_PASSWORD="made-up \\"password\\""
        URL=https://${HOST}/path
        """);

    CommandRun run = command().run("vault", "import", ".env", "--prefix", "shop/", "--remove");
    assertThat(run.exit()).isZero();
    assertThat(run.out().replaceAll("about [0-9]+ bits", "about BITS bits"))
        .isEqualTo(
            """
            Left, too short or too plain for a secret: PORT
            Moved 2 into the vault:
              DB_PASSWORD (18 bytes, at most about BITS bits, without a fingerprint)
              OPENAI_API_KEY (21 bytes, at most about BITS bits, without a fingerprint)
            In the allow-list's entry write:
              "env": {
                "OPENAI_API_KEY": "secret:shop/openai-api-key",
                "DB_PASSWORD": "secret:shop/db-password"
              }
            Deleted these lines from %s.
            """
                .formatted(env));
    assertThat(run.err())
        .isEqualTo("gatekeeper: warning: line 5 is left: the value refers to another variable\n");
    assertThat(env).hasContent("# settings\nPORT=3000\nURL=https://${HOST}/path\n");
    assertThat(command().run("vault", "list").out())
        .contains("shop/db-password", "shop/openai-api-key");
  }

  @Test
  void importDoesNotReplaceWhatTheVaultHas() throws IOException {
    command().run("vault", "init");
    put("key", "made-up-value-of-before");
    Files.writeString(folder.resolve(".env"), "KEY=made-up-value-of-after\n");

    CommandRun run = command().run("vault", "import", ".env");
    assertThat(run.exit()).isEqualTo(CommandFailure.NO);
    assertThat(run.err()).contains("the vault has these already: key");
  }

  @Test
  void theVaultIsOwnerOnly() throws IOException {
    command().run("vault", "init");
    Path vault = home.resolve("vault");

    assertThat(VaultFile.at(vault).exists()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(vault)))
        .isEqualTo("rw-------");
  }

  private String log() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(home.resolve("audit/log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
