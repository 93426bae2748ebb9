package dev.gatekeeper.trust.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AcceptancesTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-03-01");
  private static final String REVIEWED = "{\"description\":\"Reads\",\"name\":\"read\"}";
  private static final String NOW = "{\"description\":\"Reads more\",\"name\":\"read\"}";

  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void layOut() throws Exception {
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.toRealPath().resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
  }

  private static Lock lock(String definition) {
    TreeMap<String, Definition> tools = new TreeMap<>();
    tools.put("read", new Definition(Subject.Kind.TOOL, "read", "notes__read", definition));
    return Lock.EMPTY.with(
        "notes",
        new LockedServer(
            "sha256:00",
            new TreeMap<>(),
            new TreeSet<>(),
            "2025-11-25",
            "{}",
            Optional.empty(),
            Map.of(Subject.Kind.TOOL, tools)));
  }

  private static String read(Lock lock) {
    return lock.find("notes")
        .orElseThrow()
        .find(Subject.Kind.TOOL, "read")
        .orElseThrow()
        .canonical();
  }

  private void accept(String until) throws Exception {
    accept("/work", until);
  }

  private void accept(String place, String until) throws Exception {
    String digest =
        lock(REVIEWED)
            .find("notes")
            .orElseThrow()
            .find(Subject.Kind.TOOL, "read")
            .orElseThrow()
            .digest();
    Acceptance acceptance =
        new Acceptance(
            place, "notes", Subject.Kind.TOOL, "read", digest, NOW, LocalDate.parse(until));
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      new Acceptances(home).add(List.of(acceptance), TODAY, vault.presence());
    }
  }

  private String inForce(String place, LocalDate day) {
    return read(new Acceptances(home).over(lock(REVIEWED), place, day));
  }

  @Test
  void whatAPersonAcceptedStandsInForTheLockedDefinitionUntilItsDayIsOver() throws Exception {
    assertThat(inForce("/work", TODAY)).isEqualTo(REVIEWED);
    accept("2026-03-08");
    assertThat(inForce("/work", TODAY)).isEqualTo(NOW);
    assertThat(inForce("/work", LocalDate.parse("2026-03-08"))).isEqualTo(NOW);
    assertThat(inForce("/work", LocalDate.parse("2026-03-09"))).isEqualTo(REVIEWED);
    assertThat(inForce("/another", TODAY)).isEqualTo(REVIEWED);
  }

  @Test
  void underAnotherLockItCountsNoMore() throws Exception {
    accept("2026-03-08");
    String anew = "{\"description\":\"Reads, reviewed anew\",\"name\":\"read\"}";
    assertThat(read(new Acceptances(home).over(lock(anew), "/work", TODAY))).isEqualTo(anew);
    assertThat(new Acceptances(home).over(Lock.EMPTY, "/work", TODAY)).isEqualTo(Lock.EMPTY);
  }

  @Test
  void aFileThatThePersonsKeyDidNotSignAcceptsNothing() throws Exception {
    accept("2026-03-08");
    Path file = new Acceptances(home).file();
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(file, bad);
      assertThat(inForce("/work", TODAY)).as("byte %d", at).isEqualTo(REVIEWED);
    }
    Files.write(file, new String(good, UTF_8).replace("03-08", "09-08").getBytes(UTF_8));
    assertThat(inForce("/work", TODAY)).isEqualTo(REVIEWED);
  }

  @Test
  void anotherVaultsAcceptancesAreNotBelieved() throws Exception {
    accept("2026-03-08");
    Files.delete(home.resolve("vault"));
    assertThat(inForce("/work", TODAY)).isEqualTo(REVIEWED);
    VaultFixture.create(home.resolve("vault")).close();
    assertThat(inForce("/work", TODAY)).isEqualTo(REVIEWED);
  }

  @Test
  void acceptingAgainReplacesAndWhatIsOverGoes() throws Exception {
    accept("2026-03-08");
    accept("2026-03-03");
    assertThat(inForce("/work", LocalDate.parse("2026-03-05"))).isEqualTo(REVIEWED);
    assertThat(Files.readString(new Acceptances(home).file())).containsOnlyOnce("\"until\"");
  }

  @Test
  void whatIsTakenBackCountsNoMoreAndTheRestStaysSigned() throws Exception {
    Acceptances acceptances = new Acceptances(home);
    accept("/work", "2026-03-08");
    accept("/another", "2026-03-08");
    assertThat(acceptances.inForce(lock(REVIEWED), "/work", TODAY))
        .singleElement()
        .returns("notes", Acceptance::server)
        .returns(LocalDate.parse("2026-03-08"), Acceptance::until);
    assertThat(acceptances.withdraw("/work", "others")).isEmpty();
    assertThat(inForce("/work", TODAY)).isEqualTo(NOW);
    assertThat(acceptances.withdraw("/work", "notes")).hasSize(1);
    assertThat(acceptances.inForce(lock(REVIEWED), "/work", TODAY)).isEmpty();
    assertThat(inForce("/work", TODAY)).isEqualTo(REVIEWED);
    assertThat(inForce("/another", TODAY)).isEqualTo(NOW);
    assertThat(acceptances.withdraw("/another", "notes")).hasSize(1);
    assertThat(acceptances.withdraw("/another", "notes")).isEmpty();
    accept("/work", "2026-03-08");
    assertThat(inForce("/work", TODAY)).isEqualTo(NOW);
  }
}
