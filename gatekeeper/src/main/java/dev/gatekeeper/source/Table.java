package dev.gatekeeper.source;

import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.source.Row.Meaning;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The programs that this version can ask; {@code docs/secrets.md} has the same table. */
final class Table {
  private static final Duration LOCAL = Duration.ofSeconds(15);

  /** Over a network, or with a person who is asked for a finger. */
  private static final Duration REMOTE = Duration.ofSeconds(30);

  private static final Set<String> NETWORK =
      Set.of("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE");

  private static final Set<String> AWS =
      Set.of(
          "AWS_ACCESS_KEY_ID",
          "AWS_CA_BUNDLE",
          "AWS_CONFIG_FILE",
          "AWS_DEFAULT_REGION",
          "AWS_ENDPOINT_URL",
          "AWS_ENDPOINT_URL_SECRETS_MANAGER",
          "AWS_PROFILE",
          "AWS_REGION",
          "AWS_ROLE_ARN",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_WEB_IDENTITY_TOKEN_FILE");

  private static final String LOG_IN = "a person logs in, in a terminal of their own";

  private Table() {}

  /** The row of a scheme that has one of its own. */
  static Row row(Scheme scheme) {
    return switch (scheme) {
      case PASS -> pass();
      case OP -> op();
      case KEYCHAIN -> keychain();
      case LIBSECRET -> libsecret();
      case BITWARDEN -> bitwarden();
      case DOPPLER -> doppler();
      case VAULT -> vault();
      case AWS_SM -> aws();
      case AGE -> age();
      case SOPS -> sops();
      case SECRET, TEAM, ENV, EXEC -> throw new AssertionError(scheme.word() + ": is no row");
    };
  }

  private static Row pass() {
    return new Row(
        "pass",
        (name, setting) -> {
          // For a folder pass prints a tree, and exits with 0.
          PlaceOfFile.require(store(setting).resolve(name + ".gpg"), "in the password store");
          return List.of("show", "--", name);
        },
        printed(Reading.FIRST_LINE),
        LOCAL,
        Set.of("GNUPGHOME", "PASSWORD_STORE_DIR", "XDG_RUNTIME_DIR"),
        // Nobody can be asked for a passphrase here: fail at once.
        Map.of("PASSWORD_STORE_GPG_OPTS", "--pinentry-mode error --batch"),
        List.of(
            new Meaning(1, "*", "is not in the password store", "pass ls"),
            new Meaning(
                2,
                "*",
                "cannot be decrypted: its key is locked or not here",
                "a person unlocks the key in a terminal of their own, with any gpg --decrypt;"
                    + " gpg-agent remembers it for a while")),
        "pass ls");
  }

  private static Path store(Setting setting) {
    String chosen = setting.variable("PASSWORD_STORE_DIR");
    return chosen.startsWith("/")
        ? Path.of(chosen)
        : Path.of(setting.userHome(), ".password-store");
  }

  private static Row op() {
    return new Row(
        "op",
        (name, setting) -> List.of("read", "--no-newline", "op:" + name),
        printed(Reading.WHOLE),
        REMOTE,
        with(
            NETWORK,
            "OP_ACCOUNT",
            "OP_CONNECT_HOST",
            "OP_CONNECT_TOKEN",
            "OP_SERVICE_ACCOUNT_TOKEN",
            "XDG_CONFIG_HOME",
            "XDG_RUNTIME_DIR"),
        Map.of("OP_BIOMETRIC_UNLOCK_ENABLED", "true"),
        List.of(
            new Meaning(1, "isn't an item", "is not there", "op item list"),
            new Meaning(1, "isn't a vault", "is not there", "op vault list"),
            new Meaning(1, "not currently signed in", "is locked: op is not signed in", LOG_IN),
            new Meaning(1, "no account found", "is locked: op has no account", LOG_IN)),
        "op whoami");
  }

  private static Row keychain() {
    return new Row(
        "security",
        (name, setting) -> {
          String[] parts = name.split("/", -1);
          return List.of("find-generic-password", "-s", parts[0], "-a", parts[1], "-w");
        },
        printed(Reading.LINE),
        REMOTE,
        Set.of(),
        Map.of(),
        List.of(
            new Meaning(44, "*", "is not in the keychain", "open -a 'Keychain Access'"),
            new Meaning(
                36, "*", "is locked, and nobody can be asked here", "security unlock-keychain"),
            new Meaning(51, "*", "was refused by the keychain", "security unlock-keychain"),
            new Meaning(128, "*", "was refused by a person", "try again, and allow it")),
        "security list-keychains");
  }

  private static Row libsecret() {
    return new Row(
        "secret-tool",
        (name, setting) ->
            Stream.concat(
                    Stream.of("lookup"),
                    Stream.of(name.split(",", -1)).flatMap(pair -> Stream.of(pair.split("=", 2))))
                .toList(),
        printed(Reading.WHOLE),
        LOCAL,
        Set.of("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"),
        Map.of(),
        List.of(
            new Meaning(1, "", "is not in the keyring", "secret-tool store --label=WHAT …"),
            new Meaning(
                1, "locked", "is locked", "a person unlocks the keyring, e.g. by logging in"),
            new Meaning(
                1,
                "*",
                "cannot be asked for: there is no keyring on this session's bus",
                "start the session from the desktop, with its DBUS_SESSION_BUS_ADDRESS")),
        "busctl --user list");
  }

  private static Row bitwarden() {
    return new Row(
        "bw",
        (name, setting) -> List.of("get", "password", name, "--nointeraction"),
        printed(Reading.LINE),
        REMOTE,
        with(NETWORK, "BITWARDENCLI_APPDATA_DIR", "BW_SESSION", "XDG_CONFIG_HOME"),
        Map.of(),
        List.of(
            new Meaning(1, "Not found", "is not there", "bw sync"),
            new Meaning(1, "locked", "is locked", "a person types bw unlock, and sets BW_SESSION"),
            new Meaning(1, "not logged in", "is locked: bw is logged out", LOG_IN)),
        "bw status");
  }

  private static Row doppler() {
    return new Row(
        "doppler",
        (name, setting) -> {
          String[] parts = name.split("/", -1);
          return List.of(
              "secrets", "get", parts[2], "--plain", "--project", parts[0], "--config", parts[1]);
        },
        printed(Reading.LINE),
        REMOTE,
        with(NETWORK, "DOPPLER_CONFIG_DIR", "DOPPLER_TOKEN", "XDG_CONFIG_HOME"),
        Map.of(),
        List.of(
            new Meaning(1, "Could not find requested secret", "is not there", "doppler projects"),
            new Meaning(1, "must provide a token", "is locked: doppler is logged out", LOG_IN)),
        "doppler me");
  }

  private static Row vault() {
    return new Row(
        "vault",
        (name, setting) -> {
          int slash = name.indexOf('/');
          int field = name.lastIndexOf('#');
          return List.of(
              "kv",
              "get",
              "-mount=" + name.substring(0, slash),
              "-field=" + name.substring(field + 1),
              name.substring(slash + 1, field));
        },
        printed(Reading.WHOLE),
        REMOTE,
        with(
            NETWORK,
            "VAULT_ADDR",
            "VAULT_CACERT",
            "VAULT_CAPATH",
            "VAULT_CLIENT_CERT",
            "VAULT_CLIENT_KEY",
            "VAULT_NAMESPACE",
            "VAULT_TLS_SERVER_NAME",
            "VAULT_TOKEN"),
        Map.of(),
        List.of(
            new Meaning(1, "not present in secret", "has no such field", "vault kv list"),
            new Meaning(2, "No value found", "is not there", "vault kv list"),
            new Meaning(2, "permission denied", "was refused", LOG_IN),
            new Meaning(2, "*", "cannot be asked for", "vault status")),
        "vault status");
  }

  private static Row aws() {
    return new Row(
        "aws",
        (name, setting) -> {
          String id = name.replaceFirst("#.*", "");
          return List.of(
              "secretsmanager", "get-secret-value", "--secret-id", id, "--output", "json");
        },
        AwsAnswer::value, // as text, a binary secret would be the word None, with exit status 0
        REMOTE,
        with(NETWORK, AWS.toArray(String[]::new)),
        Map.of("AWS_PAGER", ""),
        List.of(
            new Meaning(254, "ResourceNotFound", "is not there", "aws secretsmanager list-secrets"),
            new Meaning(255, "ResourceNotFound", "is not there", "aws secretsmanager list-secrets"),
            new Meaning(254, "AccessDenied", "was refused", "aws sts get-caller-identity"),
            new Meaning(255, "AccessDenied", "was refused", "aws sts get-caller-identity"),
            new Meaning(255, "credentials", "is locked: aws is not logged in", LOG_IN),
            new Meaning(253, "*", "is locked: aws is not configured", LOG_IN)),
        "aws sts get-caller-identity");
  }

  private static Row age() {
    return new Row(
        "age",
        (name, setting) -> {
          Path key = setting.home().resolve("age-identity");
          PlaceOfFile.requireOwn(key, "age-keygen -o '" + key + "'");
          return List.of("-d", "-i", key.toString(), PlaceOfFile.of(name, setting).toString());
        },
        printed(Reading.TEXT),
        LOCAL,
        Set.of(),
        Map.of(),
        List.of(
            new Meaning(1, "no identity matched", "is encrypted for somebody else", "age --help")),
        "age --version");
  }

  private static Row sops() {
    return new Row(
        "sops",
        (name, setting) -> {
          int keys = name.lastIndexOf('#');
          return List.of(
              "decrypt",
              "--extract",
              path(name.substring(keys + 1)),
              PlaceOfFile.of(name.substring(0, keys), setting).toString());
        },
        printed(Reading.WHOLE),
        REMOTE,
        with(AWS, "GNUPGHOME", "SOPS_AGE_KEY_FILE", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"),
        // The file says which HashiCorp Vault to ask: it must not be sent the person's token.
        Map.of("VAULT_TOKEN", "none"),
        List.of(
            new Meaning(25, "*", "cannot be decrypted", "sops --version"),
            new Meaning(51, "*", "was altered: its MAC is wrong", "git log -p -- FILE"),
            new Meaning(100, "*", "is not there", "git status"),
            new Meaning(128, "*", "is encrypted for somebody else", "sops updatekeys FILE"),
            new Meaning(1, "not found", "has no such key", "sops --help")),
        "sops --version");
  }

  /** {@code ["a"]["b"][0]}; the names hold no quote and no backslash. */
  private static String path(String keys) {
    StringBuilder path = new StringBuilder();
    for (String key : keys.split("/", -1)) {
      path.append(key.matches("[0-9]{1,9}") ? "[" + key + "]" : "[\"" + key + "\"]");
    }
    return path.toString();
  }

  static Row.Value printed(Reading reading) {
    return (output, name) -> reading.of(output);
  }

  private static Set<String> with(Set<String> some, String... more) {
    return Set.copyOf(Stream.concat(some.stream(), Stream.of(more)).toList());
  }
}
