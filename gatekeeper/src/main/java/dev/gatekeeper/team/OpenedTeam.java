package dev.gatekeeper.team;

import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.List;

/** One generation and its key. The key belongs to whoever opened it. */
record OpenedTeam(TeamContents contents, VaultKey key) {
  static OpenedTeam open(TeamText text, byte[] bytes, TeamIdentity identity) throws VaultException {
    TeamHeader.Slot slot =
        text.header()
            .slot(identity.publicIdentity())
            .orElseThrow(
                () ->
                    new VaultException(
                        "you are not a member of this project's team vault",
                        "gatekeeper vault identity, and send that to one who is: "
                            + String.join(
                                ", ",
                                text.header().members().stream().map(Member::label).toList())));
    VaultKey key =
        identity
            .open(text.header().id(), slot.sealedKey())
            .orElseThrow(() -> new VaultException("your slot of the team vault does not open"));
    try {
      return new OpenedTeam(TeamContents.open(text, bytes, key), key);
    } catch (VaultException e) {
      key.close();
      throw e;
    }
  }

  /** Lets somebody into a draft under the same key. */
  void let(String label, PublicIdentity person, TeamContents.Draft draft, TeamIdentity by)
      throws VaultException {
    TeamHeader header = draft.header();
    if (!TeamText.isLabel(label)) {
      throw badLabel();
    }
    if (header.slot(label).isPresent()
        || header.members().stream()
            .anyMatch(
                one ->
                    one.identity().signKey().equals(person.signKey())
                        || one.identity().sealKey().equals(person.sealKey()))) {
      throw new VaultException(
          "the team vault has a member with that label, or that identity",
          "gatekeeper vault slot list --team");
    }
    Member member = Member.vouched(header.id(), label, person, header.generation(), by);
    List<TeamHeader.Removed> removed = new ArrayList<>(header.removed());
    removed.removeIf(one -> one.identity().signKey().equals(person.signKey()));
    draft.header(header.with(header.slotsWith(TeamContents.slot(header, member, key)), removed));
  }

  static VaultException badLabel() {
    return new VaultException(
        "that is no label", "a label is letters, digits, '.', '_', '-' and '@', e.g. alice");
  }
}
