package dev.gatekeeper.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Programs that cannot be installed everywhere, played by scripts that keep to what the real ones
 * were seen to do: arguments, line ends, exit statuses, words.
 */
final class TableTest {
  private static final String ID = "0b1c2d3e-0000-4000-8000-0123456789ab";

  @TempDir Path folder;
  private Asked asked;

  @BeforeEach
  void layOut() throws IOException {
    asked = new Asked(folder);
    Files.writeString(asked.project.resolve("dev.yaml"), "made: up\n");
  }

  /** The arguments, one a line, and the variables beside the base. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "op | op://Private/GitHub/token | read --no-newline op://Private/GitHub/token",
        "security | keychain:github.com/alice | find-generic-password -s github.com -a alice -w",
        "secret-tool | libsecret:service=github,user=al | lookup service github user al",
        "bw | bitwarden:" + ID + " | get password " + ID + " --nointeraction",
        "doppler | doppler:api/dev/TOKEN | secrets get TOKEN --plain --project api --config dev",
        "vault | vault:secret/app/db#password | kv get -mount=secret -field=password app/db",
        "sops | sops:dev.yaml#db/0/pass | decrypt --extract [\"db\"][0][\"pass\"] PROJECT/dev.yaml",
      })
  void asksAsTheProgramWantsIt(String program, String reference, String arguments)
      throws Exception {
    asked.fake(program, "printf '%s\\n' \"$@\" > " + asked.folder + "/arguments; printf made-up");

    assertThat(asked.of(reference)).isEqualTo("made-up");
    assertThat(Files.readString(asked.folder.resolve("arguments")).strip().replace("\n", " "))
        .isEqualTo(arguments.replace("PROJECT", asked.project.toString()));
  }

  @Test
  void asksAwsForJsonWhichTellsATextFromBytes() throws Exception {
    asked.fake(
        "aws",
        """
        [ "$*" = "secretsmanager get-secret-value --secret-id prod/app --output json" ] || exit 252
        echo '{"Name": "prod/app", "SecretString": "{\\"token\\": \\"made-up\\"}"}'
        """);

    assertThat(asked.of("aws-sm:prod/app#token")).isEqualTo("made-up");
    assertThat(asked.of("aws-sm:prod/app")).isEqualTo("{\"token\": \"made-up\"}");
    assertThat(asked.of("aws-sm:prod/other")).contains("failed with status 252");
    asked.fake("aws", "echo None");
    assertThat(asked.of("aws-sm:prod/app")).contains("came as something else than JSON");
    asked.fake("aws", "echo 'Unable to locate credentials' >&2; exit 255");
    assertThat(asked.of("aws-sm:prod/app")).contains("aws is not logged in");
  }

  @ParameterizedTest
  @CsvSource({
    "security, keychain:s/a, 'made-up\\n', made-up",
    "doppler, doppler:a/d/T, 'made-up\\n', made-up",
    "bw, bitwarden:" + ID + ", 'made-up', made-up",
    "op, op://v/i/f, 'made-up\\n', 'made-up\n'",
    "vault, vault:s/a#f, 'made-up\\n', 'made-up\n'",
    "secret-tool, libsecret:a=b, 'made-up\\n', 'made-up\n'",
    "sops, sops:dev.yaml#a, 'made-up\\n', 'made-up\n'",
  })
  void takesOffTheLineEndThatTheProgramAdds(
      String program, String reference, String printed, String value) throws Exception {
    asked.fake(program, "printf '" + printed + "'");

    assertThat(asked.of(reference)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "security | keychain:s/a | 44 | - | is not in the keychain",
        "security | keychain:s/a | 36 | - | is locked, and nobody can be asked here",
        "security | keychain:s/a | 51 | - | was refused by the keychain",
        "security | keychain:s/a | 128 | - | was refused by a person",
        "secret-tool | libsecret:a=b | 1 | - | is not in the keyring",
        "secret-tool | libsecret:a=b | 1 | Cannot get secret of a locked object | is locked",
        "secret-tool | libsecret:a=b | 1 | Cannot autolaunch D-Bus | there is no keyring",
        "bw | bitwarden:" + ID + " | 1 | Not found. | is not there",
        "bw | bitwarden:" + ID + " | 1 | You are not logged in. | bw is logged out",
        "bw | bitwarden:" + ID + " | 1 | Vault is locked. | is locked",
        "vault | vault:s/a#f | 1 | Field 'f' not present in secret | has no such field",
        "vault | vault:s/a#f | 2 | No value found at s/data/a | is not there",
        "vault | vault:s/a#f | 2 | permission denied | was refused",
        "vault | vault:s/a#f | 2 | connection refused | cannot be asked for",
        "sops | sops:dev.yaml#a | 25 | - | cannot be decrypted",
        "sops | sops:dev.yaml#a | 51 | - | was altered: its MAC is wrong",
        "sops | sops:dev.yaml#a | 100 | - | is not there",
        "sops | sops:dev.yaml#a | 128 | - | is encrypted for somebody else",
        "op | op://v/i/f | 1 | \"i\" isn't an item | is not there",
        "op | op://v/i/f | 1 | you are not currently signed in | op is not signed in",
        "op | op://v/i/f | 6 | - | was not given: \"op\" failed with status 6",
        "doppler | doppler:a/d/T | 1 | Doppler Error: you must provide a token | is logged out",
      })
  void saysWhatAnExitStatusMeans(
      String program, String reference, int status, String words, String meaning) throws Exception {
    String said = words == null ? "" : "cat >&2 <<'END'\n" + words + "\nEND\n";
    asked.fake(program, "echo made-up\n" + said + "exit " + status);

    assertThat(asked.of(reference)).startsWith(reference + " ").contains(meaning).contains(" (");
    assertThat(asked.of(reference)).doesNotContain("made-up");
  }

  @Test
  void eachGetsItsOwnVariablesAndNobodyElses() throws Exception {
    asked.environment.put("OP_SERVICE_ACCOUNT_TOKEN", "made-up-op");
    asked.environment.put("VAULT_TOKEN", "made-up-vault");
    asked.environment.put("AWS_PROFILE", "made-up-aws");
    asked.environment.put("VAULT_FORMAT", "json");
    asked.environment.put("PASSWORD_STORE_ENABLE_EXTENSIONS", "true");
    String names = "tr '\\0' '\\n' < /proc/$$/environ | sed 's/=.*//' | sort | tr '\\n' ' '";
    asked.fake("op", names).fake("vault", names).fake("pass", names).fake("sops", names);
    Files.createDirectory(asked.folder.resolve(".password-store"));
    Files.createFile(asked.folder.resolve(".password-store/x.gpg"));

    assertThat(asked.of("op://v/i/f"))
        .isEqualTo("HOME LC_ALL OP_BIOMETRIC_UNLOCK_ENABLED OP_SERVICE_ACCOUNT_TOKEN PATH ");
    assertThat(asked.of("vault:s/a#f")).isEqualTo("HOME LC_ALL PATH VAULT_TOKEN ");
    assertThat(asked.of("pass:x")).isEqualTo("HOME LC_ALL PASSWORD_STORE_GPG_OPTS PATH ");
    assertThat(asked.of("sops:dev.yaml#a")).isEqualTo("AWS_PROFILE HOME LC_ALL PATH VAULT_TOKEN ");
    asked.fake("sops", "printf %s \"$VAULT_TOKEN\"");
    assertThat(asked.of("sops:dev.yaml#a")).isEqualTo("none");
  }

  @Test
  void aProgramThatIsNotThereIsSaidWithTheFix() {
    assertThat(asked.of("doppler:a/d/T"))
        .isEqualTo(
            "doppler:a/d/T needs the program \"doppler\", which is in none of /usr/bin,"
                + " /usr/local/bin, /opt/homebrew/bin, /bin (install doppler, or name its path"
                + " under \"programs\" in "
                + asked.folder
                + "/home/sources.json)");
  }

  @Test
  void aProgramThatTheAgentPutOnThePathIsNotAsked() throws Exception {
    Path bin = Files.createDirectory(asked.folder.resolve("bin"));
    Files.move(asked.script("doppler", "echo fake"), bin.resolve("doppler"));

    assertThat(asked.of("doppler:a/d/T")).contains("needs the program");
  }

  @Test
  void aFileBehindALinkOfTheRepositoryIsNotDecrypted() throws Exception {
    asked.fake("sops", "echo made-up");
    Path secret = Files.writeString(asked.folder.resolve("other.yaml"), "made: up\n");
    Files.createSymbolicLink(asked.project.resolve("link.yaml"), secret);
    Files.createSymbolicLink(asked.project.resolve("links"), asked.folder);

    assertThat(asked.of("sops:link.yaml#a")).contains("leads through a symbolic link");
    assertThat(asked.of("sops:links/other.yaml#a")).contains("leads through a symbolic link");
    assertThat(asked.of("sops:none.yaml#a")).contains("is not there");
    assertThat(asked.of("sops:~/other.yaml#a")).isEqualTo("made-up\n");
    assertThat(asked.of("sops:" + secret + "#a")).isEqualTo("made-up\n");
  }

  @Test
  void aVariableOfTheEnvironmentIsTakenAsItIs() {
    asked.environment.put("TOKEN", "made-up-ambient\n");

    assertThat(asked.of("env:TOKEN")).isEqualTo("made-up-ambient\n");
    assertThat(asked.of("env:NONE")).startsWith("env:NONE is not set in the gatekeeper's");
  }
}
