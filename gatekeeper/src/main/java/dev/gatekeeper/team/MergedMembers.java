package dev.gatekeeper.team;

import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who opens what two sides become. Whoever one side has removed is removed: what the merge writes
 * must not be theirs to read. Only a removal that both sides knew already, and that one of them has
 * undone, is over.
 */
final class MergedMembers {
  private final TeamHeader ours;
  private final TeamHeader theirs;
  private final Optional<TeamHeader> base;
  private final TeamIdentity by;
  private final Map<String, Member> members = new TreeMap<>();
  private final List<TeamHeader.Removed> removed = new ArrayList<>();
  private final List<String> notes;

  MergedMembers(
      TeamHeader ours,
      TeamHeader theirs,
      Optional<TeamHeader> base,
      TeamIdentity by,
      List<String> notes) {
    this.ours = ours;
    this.theirs = theirs;
    this.base = base;
    this.by = by;
    this.notes = notes;
  }

  /** A header like that of {@code next}, with the merged members; their slots bear no key yet. */
  TeamHeader over(TeamHeader next) throws VaultException {
    Set<String> keys = new TreeSet<>();
    for (TeamHeader side : List.of(ours, theirs)) {
      side.members().forEach(one -> keys.add(one.identity().signKey()));
      side.removed().forEach(one -> keys.add(one.identity().signKey()));
    }
    for (String key : keys) {
      decide(key);
    }
    List<TeamHeader.Slot> slots =
        members.values().stream().map(one -> new TeamHeader.Slot(one, "")).toList();
    return Membership.vouched(next.with(slots, removed), by);
  }

  private void decide(String key) throws VaultException {
    Optional<Member> mine = ours.signer(key);
    Optional<Member> other = theirs.signer(key);
    Optional<TeamHeader.Removed> gone = newest(key);
    if (mine.isPresent() && other.isPresent()) {
      add(mine.get().since() >= other.get().since() ? mine.get() : other.get());
      return;
    }
    Optional<Member> one = mine.or(() -> other);
    if (one.isEmpty()) {
      removed.add(gone.orElseThrow());
    } else if (gone.isEmpty() || isUndone(gone.get(), one.get())) {
      add(one.get());
    } else {
      notes.add(one.get().label() + " was removed on one side, and is no member of the result");
      long at = Math.max(gone.get().at(), one.get().since());
      removed.add(new TeamHeader.Removed(gone.get().label(), gone.get().identity(), at));
    }
  }

  private boolean isUndone(TeamHeader.Removed gone, Member again) {
    return !gone.undoes(again)
        && base.flatMap(header -> find(header, gone.identity().signKey()))
            .filter(before -> before.at() == gone.at())
            .isPresent();
  }

  private Optional<TeamHeader.Removed> newest(String key) {
    Optional<TeamHeader.Removed> a = find(ours, key);
    Optional<TeamHeader.Removed> b = find(theirs, key);
    return a.isPresent() && b.isPresent() && b.get().at() > a.get().at() ? b : a.or(() -> b);
  }

  private static Optional<TeamHeader.Removed> find(TeamHeader header, String key) {
    return header.removed().stream()
        .filter(one -> one.identity().signKey().equals(key))
        .findFirst();
  }

  private void add(Member one) throws VaultException {
    String label = one.label();
    for (int n = 2; members.containsKey(label); n++) {
      label = one.label().substring(0, Math.min(60, one.label().length())) + "-" + n;
    }
    if (!label.equals(one.label())) {
      notes.add("two members are called " + one.label() + ": one is now " + label);
    }
    members.put(
        label,
        label.equals(one.label())
            ? one
            : Member.vouched(ours.id(), label, one.identity(), one.since(), by));
  }
}
