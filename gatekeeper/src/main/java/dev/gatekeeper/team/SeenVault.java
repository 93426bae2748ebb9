package dev.gatekeeper.team;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one person has seen of one vault: who was let in, who was removed, which files there were.
 * It is owner-only and not signed, since it grows without a person; so each member in it carries
 * the signature by which somebody accepted let them in.
 */
record SeenVault(
    String id,
    long generation,
    String last,
    Map<String, Member> members,
    Map<String, TeamHeader.Removed> removed,
    Set<String> digests) {
  static final int MAX_BYTES = 1 << 20;
  private static final String VERSION = "gatekeeper-team-seen/1";
  private static final int MAX_DIGESTS = 1_024; // the oldest give way

  /** Of each kind; a member who writes more is not worth remembering. */
  private static final int MAX_PEOPLE = 1_024;

  /** Of the file that a person accepted. */
  static SeenVault accepted(TeamText text, String digest) {
    SeenVault none =
        new SeenVault(text.header().id(), 0, "", Map.of(), Map.of(), new LinkedHashSet<>());
    return none.with(text, digest, text.header().members());
  }

  /** With a file that is not older than the last, and those whom it let in. */
  SeenVault with(TeamText text, String digest, Collection<Member> more) {
    Map<String, Member> allMembers = new LinkedHashMap<>(members);
    for (Member one : more) {
      if (allMembers.size() < MAX_PEOPLE || allMembers.containsKey(one.identity().signKey())) {
        allMembers.put(one.identity().signKey(), one);
      }
    }
    Map<String, TeamHeader.Removed> allRemoved = new LinkedHashMap<>(removed);
    for (TeamHeader.Removed one : text.header().removed()) {
      if (allRemoved.size() < MAX_PEOPLE || allRemoved.containsKey(one.identity().signKey())) {
        allRemoved.merge(
            one.identity().signKey(), one, (old, later) -> old.at() > later.at() ? old : later);
      }
    }
    LinkedHashSet<String> allDigests = new LinkedHashSet<>(digests);
    for (String each : text.header().parents()) {
      allDigests.add(each);
    }
    allDigests.remove(digest); // to be the last again
    allDigests.add(digest);
    while (allDigests.size() > MAX_DIGESTS) {
      allDigests.removeFirst();
    }
    return new SeenVault(
        id, text.header().generation(), digest, allMembers, allRemoved, allDigests);
  }

  /** Whether somebody is known to have been removed since they came. */
  boolean isRemoved(Member member) {
    TeamHeader.Removed found = removed.get(member.identity().signKey());
    return found != null && found.undoes(member);
  }

  byte[] print() {
    StringBuilder text = new StringBuilder(VERSION + "\nvault " + id + "\n");
    text.append("generation " + generation + "\nlast " + last + "\n");
    members.values().forEach(one -> text.append("member " + TeamText.words(one) + "\n"));
    removed.values().forEach(one -> text.append("removed " + TeamText.words(one) + "\n"));
    digests.forEach(one -> text.append("seen " + one + "\n"));
    return text.toString().getBytes(US_ASCII);
  }

  static SeenVault parse(byte[] bytes) throws VaultException {
    LineReader reader = new LineReader("what was seen of the team vault", bytes);
    if (!reader.line().equals(VERSION)) {
      throw reader.fault("of a version that this program does not know");
    }
    String id = reader.words("vault", 1, 1).getFirst();
    long generation = reader.number(reader.words("generation", 1, 1).getFirst());
    String last = reader.base64(reader.words("last", 1, 1).getFirst(), 32, 32);
    Map<String, Member> members = new LinkedHashMap<>();
    while (reader.nextIs("member")) {
      Member one = TeamText.member(reader, reader.words("member", 6, 6));
      members.put(one.identity().signKey(), one);
    }
    Map<String, TeamHeader.Removed> removed = new LinkedHashMap<>();
    while (reader.nextIs("removed")) {
      TeamHeader.Removed one = TeamText.removed(reader, reader.words("removed", 4, 4));
      removed.put(one.identity().signKey(), one);
    }
    List<String> digests = new ArrayList<>();
    while (reader.hasNext()) {
      digests.add(reader.base64(reader.words("seen", 1, 1).getFirst(), 32, 32));
    }
    return new SeenVault(id, generation, last, members, removed, new LinkedHashSet<>(digests));
  }
}
