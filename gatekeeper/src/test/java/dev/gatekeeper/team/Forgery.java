package dev.gatekeeper.team;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.team.TeamFixture.Person;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.key.VaultKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What somebody can make who is no member, but reads the file and writes another one. */
final class Forgery {
  private final Person by;
  private final TeamHeader model;

  private Forgery(Person by, TeamHeader model) {
    this.by = by;
    this.model = model;
  }

  static Forgery by(Person by, Person... victims) throws Exception {
    return new Forgery(by, TeamText.parse(victims[0].file()).header());
  }

  /** The same id and members, a higher generation, a key and values of the forger's. */
  byte[] sameId() throws Exception {
    VaultKey key = VaultKey.generate();
    long generation = model.generation() + 1;
    List<TeamHeader.Slot> slots = new ArrayList<>();
    for (Member member : model.members()) {
      slots.add(TeamContents.slot(model, member, key));
    }
    Member self =
        Member.vouched(model.id(), by.label, by.identity.publicIdentity(), generation, by.identity);
    slots.add(TeamContents.slot(model, self, key));
    TeamHeader header =
        model.next(List.of(TeamContents.digest(new byte[0])), generation).with(slots, List.of());
    TeamContents.Draft draft = new TeamContents.Draft(header, key);
    draft.put("db/dev", 9, Map.of(), "made-up-value-forged".getBytes(UTF_8));
    return draft.seal(by.identity).bytes();
  }
}
