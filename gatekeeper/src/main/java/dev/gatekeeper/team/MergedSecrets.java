package dev.gatekeeper.team;

import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.VaultException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What two sides become, secret by secret. What only one side has changed is taken; what both have
 * changed differently is a conflict, told by name. Where the common ancestor cannot be opened
 * nothing counts as removed.
 */
final class MergedSecrets {
  private final OpenedTeam ours;
  private final OpenedTeam theirs;
  private final Optional<OpenedTeam> base;
  private final Map<String, TeamMerge.Side> choices;
  private final List<String> notes;
  private final List<String> conflicts = new ArrayList<>();
  private final List<Taken> taken = new ArrayList<>();

  /** A value of one side, with what the result says about it. */
  private record Taken(
      OpenedTeam from, Index.Entry entry, long version, Map<String, String> attributes) {}

  /** One secret as one file has it. */
  private record Version(OpenedTeam from, Optional<Index.Entry> entry) {
    boolean sameValue(Version other) throws VaultException {
      if (entry.isEmpty() || other.entry.isEmpty()) {
        return entry.isEmpty() && other.entry.isEmpty();
      }
      byte[] mine = from.contents().open(entry.get(), from.key());
      byte[] theirs = other.from.contents().open(other.entry.get(), other.from.key());
      try {
        return MessageDigest.isEqual(mine, theirs);
      } finally {
        Arrays.fill(mine, (byte) 0);
        Arrays.fill(theirs, (byte) 0);
      }
    }

    /** Nobody has put a value since: an equal one that was put again is a change. */
    boolean untouched(Version other) throws VaultException {
      return entry.map(Index.Entry::version).equals(other.entry.map(Index.Entry::version))
          && sameValue(other);
    }

    boolean same(Version other) throws VaultException {
      return untouched(other)
          && entry.map(Index.Entry::attributes).equals(other.entry.map(Index.Entry::attributes));
    }

    SortedMap<String, String> attributes() {
      return entry.map(Index.Entry::attributes).orElse(new TreeMap<>());
    }
  }

  MergedSecrets(
      OpenedTeam ours,
      OpenedTeam theirs,
      Optional<OpenedTeam> base,
      Map<String, TeamMerge.Side> choices,
      List<String> notes) {
    this.ours = ours;
    this.theirs = theirs;
    this.base = base;
    this.choices = choices;
    this.notes = notes;
  }

  /** The names on which people have to decide; none once each has been decided. */
  List<String> conflicts() throws VaultException {
    Set<String> names = new TreeSet<>();
    for (OpenedTeam side : List.of(ours, theirs)) {
      side.contents().index().entries().forEach(entry -> names.add(entry.name()));
    }
    for (String name : names) {
      decide(name);
    }
    return conflicts;
  }

  void putInto(TeamContents.Draft draft) throws VaultException {
    for (Taken one : taken) {
      byte[] plain = one.from.contents().open(one.entry, one.from.key());
      try {
        draft.put(one.entry.name(), one.version, one.attributes, plain);
      } finally {
        Arrays.fill(plain, (byte) 0);
      }
    }
  }

  private void decide(String name) throws VaultException {
    Version a = new Version(ours, ours.contents().find(name));
    Version b = new Version(theirs, theirs.contents().find(name));
    TeamMerge.Side choice = choices.get(name);
    if (a.same(b)) {
      take(a, a, a.attributes());
    } else if (choice != null) {
      switch (choice) {
        case OURS -> take(a, b, a.attributes());
        case THEIRS -> take(b, a, b.attributes());
      }
    } else if (base.isEmpty()) {
      withoutBase(name, a, b);
    } else {
      withBase(name, new Version(base.get(), base.get().contents().find(name)), a, b);
    }
  }

  private void withoutBase(String name, Version a, Version b) throws VaultException {
    if (a.entry.isEmpty() || b.entry.isEmpty()) {
      notes.add("kept " + name + ", which one side lacks: what they had in common is not readable");
      Version there = a.entry.isPresent() ? a : b;
      take(there, there, there.attributes());
    } else if (a.sameValue(b)) {
      attributes(name, a, b, new TreeMap<>())
          .ifPresentOrElse(merged -> take(a, b, merged), () -> conflicts.add(name));
    } else {
      conflicts.add(name);
    }
  }

  private void withBase(String name, Version o, Version a, Version b) throws VaultException {
    if (a.same(o)) {
      take(b, b, b.attributes());
    } else if (b.same(o)) {
      take(a, a, a.attributes());
    } else if (a.entry.isEmpty() || b.entry.isEmpty()) {
      conflicts.add(name); // removed by one, changed by the other
    } else if (a.sameValue(b) || a.untouched(o) || b.untouched(o)) {
      Version value = a.untouched(o) ? b : a;
      Version other = a.untouched(o) ? a : b;
      attributes(name, a, b, o.attributes())
          .ifPresentOrElse(merged -> take(value, other, merged), () -> conflicts.add(name));
    } else {
      conflicts.add(name);
    }
  }

  /** Empty where both sides say different things in the place of one. */
  private Optional<Map<String, String>> attributes(
      String name, Version a, Version b, Map<String, String> before) {
    Map<String, String> merged = new TreeMap<>();
    Set<String> keys = new TreeSet<>(a.attributes().keySet());
    keys.addAll(b.attributes().keySet());
    for (String key : keys) {
      String mine = a.attributes().get(key);
      String other = b.attributes().get(key);
      String old = before.get(key);
      String result;
      if (Objects.equals(mine, other) || Objects.equals(other, old)) {
        result = mine;
      } else if (Objects.equals(mine, old)) {
        result = other;
      } else if (mine != null && other != null && isInstant(key)) {
        boolean earlier = mine.compareTo(other) < 0;
        result = earlier == key.equals(SecretInfo.CREATED) ? mine : other;
      } else if (mine == null || other == null) {
        result = mine == null ? other : mine;
      } else {
        notes.add("both sides changed the " + key + " of " + name);
        return Optional.empty();
      }
      if (result != null) {
        merged.put(key, result);
      }
    }
    return Optional.of(merged);
  }

  private static boolean isInstant(String key) {
    return key.equals(SecretInfo.CREATED) || key.equals(SecretInfo.ROTATED);
  }

  private void take(Version value, Version other, Map<String, String> attributes) {
    if (value.entry.isPresent()) {
      long version =
          Math.max(value.entry.get().version(), other.entry.map(Index.Entry::version).orElse(0L));
      taken.add(new Taken(value.from, value.entry.get(), version, attributes));
    }
  }
}
