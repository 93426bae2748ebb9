package dev.gatekeeper.team;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.text.Index;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The file of {@code docs/team-vault.md}: another implementation opens it by what is said there.
 */
final class TeamExampleTest {
  /** The private half is 32 bytes of one value; who signs is said by the file. */
  private static TeamIdentity identity(int b, String label) throws Exception {
    byte[] half = new byte[32];
    Arrays.fill(half, (byte) b);
    Member member = TeamText.parse(example()).header().slot(label).orElseThrow().member();
    return new TeamIdentity(half, member.identity().signKey(), statement -> new byte[0]);
  }

  private static byte[] example() throws Exception {
    try (InputStream in = TeamExampleTest.class.getResourceAsStream("example.vault")) {
      return Optional.ofNullable(in).orElseThrow().readAllBytes();
    }
  }

  @Test
  void bothMembersOpenIt() throws Exception {
    TeamText text = TeamText.parse(example());
    assertThat(text.print()).isEqualTo(example());
    assertThat(text.header().members()).extracting(Member::label).containsExactly("alice", "bob");
    assertThat(text.header().members()).allMatch(one -> one.isVouched(text.header().id()));
    for (int b = 1; b <= 2; b++) {
      try (TeamIdentity identity = identity(b, b == 1 ? "alice" : "bob")) {
        OpenedTeam opened = OpenedTeam.open(text, example(), identity);
        Index.Entry entry = opened.contents().find("db/dev").orElseThrow();
        assertThat(entry.version()).isEqualTo(1);
        assertThat(new String(opened.contents().open(entry, opened.key()), UTF_8))
            .isEqualTo("made-up-value-of-the-example");
        opened.key().close();
      }
    }
  }

  @Test
  void theDocumentShowsIt() throws Exception {
    String document = Files.readString(Path.of("..", "docs", "team-vault.md"));
    assertThat(document).contains("```\n" + new String(example(), US_ASCII) + "```");
    try (TeamIdentity alice = identity(1, "alice")) {
      assertThat(document)
          .contains(alice.publicIdentity().text(), alice.publicIdentity().fingerprint());
    }
  }
}
