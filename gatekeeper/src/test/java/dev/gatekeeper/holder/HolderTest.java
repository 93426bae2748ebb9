package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holders are processes here, as they are for people. */
final class HolderTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;
  private HolderFixture fixture;

  @BeforeEach
  void layOut() throws Exception {
    fixture = new HolderFixture(folder);
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  private void refuses(HolderClient holder, Long... grants) {
    refuses(holder, fixture.project().toString(), "weather", "weather/token", grants);
  }

  private static void refuses(
      HolderClient holder, String project, String entry, String reference, Long... grants) {
    assertThatThrownBy(() -> holder.reveal(project, entry, reference, List.of(grants)).close())
        .isInstanceOfSatisfying(
            HolderException.class,
            e -> assertThat(e.no()).isEqualTo(HolderException.Cause.REFUSED));
  }

  @Test
  void itGivesAnEntryOfATrustedListItsValues() throws Exception {
    HolderClient holder = fixture.start(HOUR);

    assertThat(holder.require(fixture.project().toString(), "weather", List.of("weather/token")))
        .isPositive();
    assertThat(fixture.value(holder, "weather", "weather/token")).isEqualTo(HolderFixture.TOKEN);
    assertThat(fixture.value(holder, "run:deploy", "deploy/key")).startsWith("made-up");
    assertThat(fixture.find().orElseThrow().isThere()).isTrue();
  }

  /** It has the same key, and is as sound as it was then. */
  @Test
  void anOlderVaultInThePlaceOfThePresentOneGivesNothing() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    String project = fixture.project().toString();
    byte[] older = fixture.replace("weather/token", "made-up-next-value-of-weather-4fJ7");
    assertThat(fixture.value(holder, "weather", "weather/token")).startsWith("made-up-next");
    Path file = fixture.home().resolve("vault");
    byte[] present = Files.readAllBytes(file);

    DurableFile.replace(file, older);
    String text = "an older vault was put in the place of the present one: this is generation ";
    assertThatThrownBy(() -> fixture.value(holder, "weather", "weather/token"))
        .isInstanceOf(HolderException.class)
        .hasMessageStartingWith(text);
    assertThatThrownBy(() -> holder.require(project, "weather", List.of("weather/token")))
        .isInstanceOf(HolderException.class)
        .hasMessageStartingWith(text);
    assertThatThrownBy(() -> fixture.start(HOUR)).hasMessage("the key holder did not start");

    DurableFile.replace(file, present);
    assertThat(fixture.value(holder, "weather", "weather/token")).startsWith("made-up-next");
  }

  @Test
  void itGivesNothingThatNoListInForceNames() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    String project = fixture.project().toString();

    refuses(holder, project, "weather", "deploy/key"); // another entry's
    refuses(holder, project, "weather", "unused/key"); // nobody's
    refuses(holder, project, "deploy", "deploy/key"); // a command is no server
    refuses(holder, project, "run:weather", "weather/token"); // and a server no command
    refuses(holder, project, "late", "weather/token"); // expired
    refuses(holder, project, "", "weather/token");
    refuses(holder, "", "weather", "weather/token");
    refuses(holder, "/", "weather", "weather/token");
    refuses(holder, fixture.home().path().toString(), "weather", "weather/token");
    refuses(holder, project + "/", "weather", "weather/token");
    refuses(holder, project + "/.", "weather", "weather/token");
    refuses(holder, "\u0000", "weather", "weather/token");
  }

  @Test
  void aProjectThatOnlyLooksLikeATrustedOneGetsNothing() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    Path link = Files.createSymbolicLink(folder.resolve("link"), fixture.project());
    Path copy = Files.createDirectories(folder.toRealPath().resolve("copy/.gatekeeper"));
    Files.writeString(copy.resolve("allowlist.json"), HolderFixture.LIST);
    Path folderLink = Files.createDirectories(folder.toRealPath().resolve("linked"));
    Files.createSymbolicLink(
        folderLink.resolve(".gatekeeper"), fixture.project().resolve(".gatekeeper"));

    refuses(holder, link.toString(), "weather", "weather/token");
    refuses(holder, copy.resolveSibling(".").normalize().toString(), "weather", "weather/token");
    refuses(holder, folderLink.toString(), "weather", "weather/token");
    refuses(holder, fixture.project().resolve("..") + "/link", "weather", "weather/token");
  }

  @Test
  void aListThatGrewIsNotBelieved() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    Files.writeString(
        fixture.project().resolve(".gatekeeper/allowlist.json"),
        HolderFixture.LIST.replace("weather/token", "unused/key"));

    refuses(holder, fixture.project().toString(), "weather", "unused/key");
  }

  @Test
  void withoutAGrantOfItsOwnInTheLogNobodyGetsAValue() throws Exception {
    long before = fixture.grant("weather", "weather/token"); // used
    HolderClient holder = fixture.start(HOUR);
    refuses(holder, before);
    refuses(holder);

    long first = fixture.grant("weather", "weather/token");
    assertThat(fixture.by(holder, "weather", "weather/token", first))
        .isEqualTo(HolderFixture.TOKEN);
    refuses(holder, first);
    refuses(holder, fixture.grant("run:deploy", "weather/token")); // another entry's
    refuses(holder, fixture.grant("weather", "deploy/key")); // and of another secret
  }

  @Test
  void aGrantIsGoodForOneQuestionHoweverItIsAnswered() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    long grant = fixture.grant("weather", "weather/token");
    refuses(holder, folder.toRealPath().toString(), "weather", "weather/token", grant);
    refuses(holder, grant);

    assertThat(fixture.value(holder, "weather", "weather/token")).isEqualTo(HolderFixture.TOKEN);
  }

  /** The same secret in two variables, and in the arguments of calls at once. */
  @Test
  void allGrantsThatAQuestionIsForAreUsedByItAndNoOthers() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    long one = fixture.grant("weather", "weather/token");
    long two = fixture.grant("weather", "weather/token");
    long other = fixture.grant("weather", "weather/token");
    assertThat(fixture.by(holder, "weather", "weather/token", one, two))
        .isEqualTo(HolderFixture.TOKEN);
    refuses(holder, one);
    refuses(holder, two);
    assertThat(fixture.by(holder, "weather", "weather/token", other))
        .isEqualTo(HolderFixture.TOKEN);

    long used = fixture.grant("weather", "weather/token");
    refuses(holder, used, one); // not all of them
    refuses(holder, used);
  }

  @Test
  void aRevokedGrantIsGoodForNothing() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    long revoked = fixture.grant("weather", "weather/token");
    long good = fixture.grant("weather", "weather/token");
    fixture.revoke(revoked);
    refuses(holder, revoked);
    assertThat(fixture.by(holder, "weather", "weather/token", good)).isEqualTo(HolderFixture.TOKEN);
  }

  @Test
  void theGrantOfAProcessThatIsGoneIsGoodForNothing() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    ProcessBuilder session = new ProcessBuilder(HolderFixture.java(GrantAndEnd.class));
    session.environment().put("GATEKEEPER_HOME", fixture.home().path().toString());
    Process ended = session.start();
    long written = Long.parseLong(ended.inputReader().readLine());
    assertThat(ended.waitFor()).isZero();

    assertThatThrownBy(
            () ->
                holder
                    .reveal(
                        fixture.project().toString(),
                        "weather",
                        "weather/token",
                        List.of(written),
                        ended.pid())
                    .close())
        .isInstanceOf(HolderException.class);
  }

  /** A session that ends after it has written its grant. */
  static final class GrantAndEnd {
    public static void main(String[] arguments) throws Exception {
      Home home = Home.locate(System.getenv());
      System.out.println(HolderFixture.grant(home, "weather", "secret:weather/token"));
    }
  }

  @Test
  void aMissingSecretIsAFaultWithWhatToType() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    try (OpenVault vault = VaultFixture.open(fixture.home().resolve("vault"))) {
      vault.remove("weather/token");
    }

    assertThatThrownBy(() -> fixture.value(holder, "weather", "weather/token"))
        .isInstanceOfSatisfying(
            HolderException.class,
            e -> {
              assertThat(e.no()).isEqualTo(HolderException.Cause.FAULT);
              assertThat(e).hasMessage("the vault has no secret weather/token");
              assertThat(e.hint()).contains("gatekeeper vault put weather/token");
            });
  }

  @Test
  void itGivesTheValueThatTheVaultHasNow() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    try (OpenVault vault = VaultFixture.open(fixture.home().resolve("vault"))) {
      VaultFixture.put(vault, "weather/token", "made-up-and-rotated-2Fh6");
    }

    assertThat(fixture.value(holder, "weather", "weather/token"))
        .isEqualTo("made-up-and-rotated-2Fh6");
  }

  @Test
  void itEndsWhenAskedAndLeavesNothing() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    assertThat(holder.end()).isTrue();

    assertThat(HolderFixture.awaitEnd(holder)).isTrue();
    assertThat(holder.isThere()).isFalse();
    assertThat(fixture.home().resolve("holder")).doesNotExist();
    try (var left = Files.list(fixture.home().resolve("run"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void itEndsWithItsTerm() throws Exception {
    HolderClient holder = fixture.start(Duration.ofSeconds(2));

    assertThat(HolderFixture.awaitEnd(holder)).isTrue();
    assertThat(fixture.home().resolve("holder")).doesNotExist();
  }

  @Test
  void itEndsWhenTheSwitchIsThrownWithoutBeingAsked() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    KillSwitch.in(fixture.home()).close();

    assertThat(HolderFixture.awaitEnd(holder)).isTrue();
  }

  @Test
  void itEndsWhenTheVaultHasAnotherKey() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    Files.delete(fixture.home().resolve("vault"));
    VaultFixture.create(fixture.home().resolve("vault")).close();

    assertThat(HolderFixture.awaitEnd(holder)).isTrue();
  }

  /** No advice to restore an older file: whoever asks goes on to what else opens the vault. */
  @Test
  void rightAfterTheVaultHasAnotherKeyNothingIsFoundWrongWithIt() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    try (OpenVault vault = VaultFixture.open(fixture.home().resolve("vault"))) {
      vault.rekey();
    }

    assertThatThrownBy(() -> fixture.value(holder, "weather", "weather/token"))
        .isInstanceOfSatisfying(
            HolderException.class,
            e -> assertThat(e.no()).isNotEqualTo(HolderException.Cause.FAULT));
    assertThat(HolderFixture.awaitEnd(holder)).isTrue();
  }

  /** What a logout does to XDG_RUNTIME_DIR. */
  @Test
  void itEndsWhenItsSocketIsGone() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    String announced = Files.readString(fixture.home().resolve("holder"));
    Files.delete(Path.of(announced.replaceAll("(?s).*\nsocket (.*?)\n.*", "$1")));

    assertThat(HolderFixture.awaitEnd(holder)).isTrue();
    assertThat(fixture.home().resolve("holder")).doesNotExist();
  }

  @Test
  void itEndsWhenAnotherIsAnnounced() throws Exception {
    HolderClient former = fixture.start(HOUR);
    HolderClient next = fixture.start(HOUR);

    assertThat(HolderFixture.awaitEnd(former)).isTrue();
    assertThat(fixture.value(next, "weather", "weather/token")).isEqualTo(HolderFixture.TOKEN);
  }

  @Test
  void oneThatWasKilledIsFoundDeadAndReplaced() throws Exception {
    HolderClient killed = fixture.start(HOUR);
    assertThat(ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly()).isTrue();
    assertThat(HolderFixture.awaitEnd(killed)).isTrue();

    assertThat(killed.isThere()).isFalse();
    HolderClient next = fixture.start(HOUR);
    assertThat(fixture.value(next, "weather", "weather/token")).isEqualTo(HolderFixture.TOKEN);
  }

  @Test
  void oneThatIsStoppedIsNotWaitedForLong() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    dev.gatekeeper.kernel.Signal.PROBE.to(holder.pid());
    new ProcessBuilder("kill", "-STOP", Long.toString(holder.pid())).start().waitFor();
    long begin = System.nanoTime();

    assertThat(holder.isThere()).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
  }

  @Test
  void itsMemoryAndEnvironmentAreItsOwn() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    Path process = Path.of("/proc/" + holder.pid());

    assertThat(Files.getOwner(process.resolve("environ")).getName()).isEqualTo("root");
    assertThat(Files.readString(process.resolve("limits")))
        .containsPattern("Max core file size +0 +0 ");
    assertThat(Files.readString(process.resolve("cmdline"))).doesNotContain("made-up");
    String session = Files.readString(process.resolve("stat"));
    assertThat(session.substring(session.lastIndexOf(')')).split(" ", -1)[4])
        .isEqualTo(Long.toString(holder.pid()));
    assertThat(new String(Files.readAllBytes(fixture.home().resolve("holder")), UTF_8))
        .startsWith("gatekeeper-holder/1\n");
  }
}
