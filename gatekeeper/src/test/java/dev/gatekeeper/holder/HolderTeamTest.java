package dev.gatekeeper.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.team.TeamFixture.Person;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.key.SecretValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The holder gives single values of a team's vault, to entries that name them. */
final class HolderTeamTest {
  private static final String LIST =
      """
      {"version": 1, "mcpServers": {
        "db": {"command": "/bin/cat", "tools": {"allow": ["*"]}, "env": {"URL": "team:db/dev"}},
        "own": {"command": "/bin/cat", "tools": {"allow": ["*"]}, "env": {"URL": "secret:db/dev"}}}}
      """;

  @TempDir Path folder;

  @Test
  void itGivesATeamsValueToTheEntryThatNamesIt() throws Exception {
    try (Person alice = new Person(folder, "alice")) {
      alice.create().close();
      alice.put("db/dev", "made-up-value-of-the-team");
      alice.put("db/prod", "made-up-value-of-production");
      VaultFixture.put(alice.personal, "db/dev", "made-up-value-of-alice");
      Path at = alice.place.directory();
      Files.createDirectory(at.resolve(".git"));
      Files.writeString(at.resolve(".gatekeeper/allowlist.json"), LIST);
      Trust trust = new Trust(alice.home);
      Project project = Project.find(at);
      trust.trust(
          trust.propose(project, false), project, alice.personal.presence(), VaultFixture.NOW);
      HolderClient holder =
          HolderProcess.start(
              alice.home,
              alice.personal,
              new Term(
                  Duration.ofHours(1),
                  InstantSource.system(),
                  dev.gatekeeper.kernel.BootClock::now),
              HolderFixture.command(),
              System.getenv());
      try {
        String here = at.toString();
        long team = HolderFixture.grant(alice.home, "db", "team:db/dev");
        long own = HolderFixture.grant(alice.home, "own", "secret:db/dev");
        assertThat(holder.require(here, "db", List.of("team:db/dev"))).isEqualTo(3);
        assertThat(value(holder, here, "db", "team:db/dev", team))
            .isEqualTo("made-up-value-of-the-team");
        assertThat(value(holder, here, "own", "db/dev", own)).isEqualTo("made-up-value-of-alice");
        assertThatThrownBy(() -> value(holder, here, "own", "team:db/dev"))
            .hasMessageContaining("no list in force");
        assertThatThrownBy(() -> value(holder, here, "db", "db/dev"))
            .hasMessageContaining("no list in force");
        assertThatThrownBy(() -> value(holder, here, "db", "team:db/prod"))
            .hasMessageContaining("no list in force");
        long again = HolderFixture.grant(alice.home, "db", "team:db/dev");
        Files.write(alice.place.file(), new byte[] {'x', '\n'});
        assertThatThrownBy(() -> value(holder, here, "db", "team:db/dev", again))
            .isInstanceOf(HolderException.class)
            .hasMessageContaining("not a team's vault of a version that this program knows");
      } finally {
        assertThat(holder.end()).isTrue();
        assertThat(HolderFixture.awaitEnd(holder)).isTrue();
      }
    }
  }

  private static String value(
      HolderClient holder, String project, String entry, String reference, Long... grants)
      throws Exception {
    StringBuilder text = new StringBuilder();
    try (SecretValue value = holder.reveal(project, entry, reference, List.of(grants))) {
      value.revealTo(
          bytes -> text.append(new String(bytes, java.nio.charset.StandardCharsets.UTF_8)));
    }
    return text.toString();
  }
}
