package dev.gatekeeper.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretServiceTest {
  private static final byte[] KEY = "made-up key of thirty-two bytes!".getBytes(UTF_8);
  private static final String VAULT = "-abcDEF_123-4567890xyz";

  @TempDir Path folder;

  @Test
  void itKeepsAKeyUntilItIsForgotten() throws Exception {
    try (KeyringFixture fixture = new KeyringFixture(folder)) {
      Keyring keyring = new SecretService(fixture.environment());
      assertThat(keyring.find(VAULT)).isEmpty();

      keyring.keep(VAULT, KEY);
      assertThat(keyring.find(VAULT)).hasValue(KEY);
      assertThat(keyring.find("another")).isEmpty();

      byte[] next = KEY.clone();
      next[0]++;
      keyring.keep(VAULT, next);
      assertThat(keyring.find(VAULT)).hasValue(next);

      keyring.forget(VAULT);
      assertThat(keyring.find(VAULT)).isEmpty();
      keyring.forget(VAULT);
    }
  }

  @Test
  void aLockedOneGivesNothingAndKeepsNothingAndNobodyWaitsLong() throws Exception {
    try (KeyringFixture fixture = new KeyringFixture(folder)) {
      Keyring keyring = new SecretService(fixture.environment());
      keyring.keep(VAULT, KEY);
      fixture.lock();
      long begin = System.nanoTime();

      assertThat(given(keyring)).isZero();
      assertThatThrownBy(() -> keyring.keep(VAULT, KEY)).isInstanceOf(KeyringException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }
  }

  private static int given(Keyring keyring) {
    try {
      return keyring.find(VAULT).map(key -> key.length).orElse(0);
    } catch (KeyringException e) {
      return 0;
    }
  }

  @Test
  void withoutABusNothingIsStarted() {
    Keyring keyring =
        new SecretService(
            Map.of("HOME", folder.toString(), "XDG_RUNTIME_DIR", folder.toString()),
            List.of(Path.of("/nonexistent")));
    assertThatThrownBy(() -> keyring.find(VAULT))
        .isInstanceOf(KeyringException.class)
        .hasMessage("there is no session bus here, so no keyring");
  }

  @Test
  void aDeadBusIsSaidAtOnce() {
    Keyring keyring =
        new SecretService(Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + folder + "/none"));
    assertThatThrownBy(() -> keyring.find(VAULT))
        .isInstanceOf(KeyringException.class)
        .hasMessage("no keyring answers on the session bus");
  }

  @Test
  void withoutTheToolItSaysWhatToInstall() {
    Keyring keyring =
        new SecretService(
            Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=/none"),
            List.of(Path.of("/nonexistent")));
    assertThatThrownBy(() -> keyring.find(VAULT))
        .isInstanceOfSatisfying(
            KeyringException.class, e -> assertThat(e.hint()).contains("libsecret-tools"));
  }

  @Test
  void oneThatHangsIsEnded() throws Exception {
    Keyring keyring =
        new SecretService(
            Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=/none"),
            List.of(script("#!/bin/sh\nexec sleep 600\n")));
    long begin = System.nanoTime();
    assertThatThrownBy(() -> keyring.find(VAULT))
        .isInstanceOf(KeyringException.class)
        .hasMessageContaining("does not answer");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void oneThatTalksNonsenseHasNoKey() throws Exception {
    Keyring keyring =
        new SecretService(
            Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=/none"),
            List.of(script("#!/bin/sh\necho 'no base64: !'\n")));
    assertThat(keyring.find(VAULT)).isEmpty();
  }

  private Path script(String text) throws Exception {
    Path script = Files.writeString(folder.resolve("secret-tool"), text);
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  /** As its manual has it: argv never holds the key. */
  @Test
  void theKeychainIsToldTheKeyOnItsStandardInput() throws Exception {
    Path state = folder.resolve("item");
    Path security =
        script(
            """
            #!/bin/sh
            case "$*" in *bWFkZS11cC*) exit 9;; esac
            state='%s'
            case $1 in
              -i) read -r verb rest; PATH=/usr/bin:/bin
                  [ "$verb" = add-generic-password ] && printf '%%s\\n' "${rest##* }" >"$state" ;;
              find-generic-password) [ -f "$state" ] || exit 44; read -r key <"$state"; echo "$key" ;;
              delete-generic-password) [ -f "$state" ] || exit 44; /bin/rm "$state" ;;
            esac
            """
                .formatted(state));
    Keyring keychain = new Keychain(security);
    assertThat(keychain.find(VAULT)).isEmpty();
    keychain.keep(VAULT, KEY);
    assertThat(keychain.find(VAULT)).hasValue(KEY);
    keychain.forget(VAULT);
    keychain.forget(VAULT);
    assertThat(keychain.find(VAULT)).isEmpty();
  }
}
