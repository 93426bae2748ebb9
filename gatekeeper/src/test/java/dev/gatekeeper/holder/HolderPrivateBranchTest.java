package dev.gatekeeper.holder;

import static dev.gatekeeper.trust.follow.TlsRemote.basic;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.cli.Main;
import dev.gatekeeper.kernel.BootClock;
import dev.gatekeeper.trust.follow.Credential;
import dev.gatekeeper.trust.follow.PrivateBranch;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.key.SecretValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A holder asks a private remote itself, and gives its token to the questions of sessions. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class HolderPrivateBranchTest {
  /** More than any log of these tests has. */
  private static final int RECORDS = 60;

  @TempDir Path folder;
  private PrivateBranch branch;
  private @Nullable HolderClient opened;

  @BeforeEach
  void start() throws Exception {
    branch = new PrivateBranch(folder.toRealPath());
    branch.put("weather/key", "made-up-value-of-weather-key-4Jd8");
    branch.bound();
  }

  private void open() throws Exception {
    try (OpenVault vault = VaultFixture.open(branch.home().resolve("vault"))) {
      opened =
          HolderProcess.start(
              branch.home(),
              vault,
              new Term(Duration.ofHours(1), InstantSource.system(), BootClock::now),
              HolderFixture.command(),
              System.getenv());
    }
  }

  @AfterEach
  void close() {
    Optional.ofNullable(opened)
        .flatMap(holder -> ProcessHandle.of(holder.pid()))
        .filter(one -> one.info().commandLine().orElse("").contains("HolderMain"))
        .ifPresent(ProcessHandle::destroyForcibly);
    branch.close();
  }

  private HolderClient holder() {
    return Objects.requireNonNull(opened);
  }

  private String grantee() {
    return "follow:" + branch.url().replaceFirst("https://(.*)/remote.git", "$1");
  }

  private void isRefused(String entry, String secret) {
    assertThatThrownBy(() -> holder().require(branch.project().toString(), entry, List.of(secret)))
        .isInstanceOf(HolderException.class)
        .hasMessage("no branch that is followed there is asked with this secret");
  }

  @Test
  void theTokenGoesToTheQuestionsOfTheBoundRemoteAlone() throws Exception {
    open();
    long grant = HolderFixture.grant(branch.home(), grantee(), "secret:forge/token");
    try (SecretValue value =
        holder().reveal(branch.project().toString(), grantee(), "forge/token", List.of(grant))) {
      assertThat(value.length()).isEqualTo(PrivateBranch.TOKEN.length());
    }
    noGrantOf(ProcessHandle.current().pid());
    branch.bound(); // asks with what a person opened, and so with grants of this very process
    noGrantOf(ProcessHandle.current().pid());
    isRefused(grantee(), "weather/key");
    isRefused("follow:forge.example", "forge/token");
    isRefused("follow:", "forge/token");
    assertThat(branch.run("allowlist", "trust", "--yes", "--no-follow").exit()).isZero();
    isRefused(grantee(), "forge/token");
  }

  @Test
  void whatTheBranchHasEntitlesAfterTheHolderHasAskedItWithAGrant() throws Exception {
    open();
    branch.widen();
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!isGiven() && System.nanoTime() < end) {
      LockSupport.parkNanos(100_000_000);
    }
    assertThat(isGiven()).isTrue();
    String records = branch.run("audit", "show", "--json").out();
    assertThat(
            records
                .lines()
                .filter(line -> line.contains("\"pid\":" + holder().pid() + ","))
                .filter(line -> line.contains("\"server\":\"" + grantee() + "\""))
                .map(line -> line.replaceAll(".*\"event\":\"(\\w+)\".*", "$1")))
        .as(records)
        .contains("grant", "revoke");
    noGrantOf(holder().pid());
    assertThat(branch.run("audit", "verify").exit()).isZero();
  }

  /** Whose process asks is the asker's word: what another was granted is not there to be taken. */
  private void noGrantOf(long pid) {
    for (long n = 0; n < RECORDS; n++) {
      List<Long> one = List.of(n);
      assertThatThrownBy(
              () ->
                  holder().reveal(branch.project().toString(), grantee(), "forge/token", one, pid))
          .isInstanceOf(HolderException.class)
          .hasMessage("no grant of this process for it is in the log, or it was used");
    }
  }

  private boolean isGiven() {
    try {
      holder().require(branch.project().toString(), "weather", List.of("weather/key"));
      return true;
    } catch (HolderException e) {
      return false;
    }
  }

  /** {@code serve} as a client starts it, with nothing that opens the vault. */
  @Test
  void aLockedSessionSaysWhatToTypeAndFollowsOnceAPersonHasTypedIt() throws Exception {
    branch.widen();
    List<String> line = new ArrayList<>(HolderFixture.command());
    line.set(line.size() - 1, Main.class.getName());
    line.add("serve");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(branch.project().toFile())
            .redirectError(folder.resolve("said").toFile());
    builder.environment().put("GATEKEEPER_HOME", branch.home().path().toString());
    builder.environment().remove("GATEKEEPER_PASSPHRASE_FILE");
    Process serve = builder.start();
    try (OutputStream to = serve.getOutputStream();
        BufferedReader from = serve.inputReader(UTF_8)) {
      to.write(
          """
          {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
          "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
          {"jsonrpc":"2.0","method":"notifications/initialized"}
          """
              .getBytes(UTF_8));
      awaitStatus(to, from, "the vault is locked", "a person types: gatekeeper vault open");
      open();
      awaitStatus(to, from, "as the followed branch has it");
    } finally {
      serve.destroy();
    }
    assertThat(serve.waitFor(20, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(folder.resolve("said"));
    assertThat(said).doesNotContain(PrivateBranch.TOKEN);
    String records = branch.run("audit", "show", "--json").out();
    assertThat(records).contains("\"source\":\"holder\"").doesNotContain(PrivateBranch.TOKEN);
    assertThat(branch.tls().asked()).containsOnly(basic(Credential.USER, PrivateBranch.TOKEN));
  }

  private static void awaitStatus(OutputStream to, BufferedReader from, String... words)
      throws IOException {
    String answer = "";
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    for (int id = 1; System.nanoTime() < end; id++) {
      to.write(
          """
          {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"gatekeeper_status",\
          "arguments":{}}}
          """
              .formatted(id)
              .getBytes(UTF_8));
      to.flush();
      do {
        answer = String.valueOf(from.readLine());
      } while (!answer.equals("null") && !answer.contains("\"id\":" + id + ","));
      if (Stream.of(words).allMatch(answer::contains)) {
        return;
      }
      LockSupport.parkNanos(100_000_000);
    }
    assertThat(answer).contains(words);
  }
}
