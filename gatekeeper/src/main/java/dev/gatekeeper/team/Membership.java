package dev.gatekeeper.team;

import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.List;

/** Headers with other members. */
final class Membership {
  private Membership() {}

  /** Without one of them; whoever stays by the word of them stays by the word of {@code by}. */
  static TeamHeader without(TeamHeader header, Member gone, long at, TeamIdentity by)
      throws VaultException {
    List<TeamHeader.Removed> removed = new ArrayList<>(header.removed());
    removed.removeIf(one -> one.identity().signKey().equals(gone.identity().signKey()));
    removed.add(new TeamHeader.Removed(gone.label(), gone.identity(), at));
    return vouched(header.with(header.slotsWithout(gone.label()), removed), by);
  }

  /**
   * Whoever is there by the word of somebody removed is there by {@code by}'s word as well: nobody
   * takes the word of the removed.
   */
  static TeamHeader vouched(TeamHeader header, TeamIdentity by) throws VaultException {
    List<TeamHeader.Slot> slots = new ArrayList<>();
    for (TeamHeader.Slot slot : header.slots()) {
      Member one = slot.member();
      boolean orphan =
          header.removed().stream()
              .anyMatch(gone -> gone.identity().signKey().equals(one.voucher()));
      Member kept =
          orphan && !one.identity().equals(by.publicIdentity())
              ? Member.vouched(header.id(), one.label(), one.identity(), one.since(), by)
              : one;
      slots.add(new TeamHeader.Slot(kept, slot.sealedKey()));
    }
    return header.with(slots, header.removed());
  }

  /** With a new key, sealed to each member. */
  static TeamHeader sealed(TeamHeader header, VaultKey key) throws VaultException {
    List<TeamHeader.Slot> slots = new ArrayList<>();
    for (Member member : header.members()) {
      slots.add(TeamContents.slot(header, member, key));
    }
    return header.with(slots, header.removed());
  }
}
