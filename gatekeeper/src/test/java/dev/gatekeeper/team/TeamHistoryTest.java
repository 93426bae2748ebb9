package dev.gatekeeper.team;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.team.TeamFixture.Person;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.SecretInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of three clones that merge each other in any order, by real git. What only one
 * person changes is at the end as that person left it; what two changed is one of their values; and
 * whoever was removed by anybody opens nothing.
 */
final class TeamHistoryTest {
  @TempDir Path folder;
  private final List<Person> people = new ArrayList<>();
  private final List<Person> guests = new ArrayList<>();
  private final Map<String, String> own = new TreeMap<>();
  private final Map<String, Set<String>> shared = new TreeMap<>();
  private final Set<String> removed = new TreeSet<>();
  private int values;
  private int merges;
  private int conflicts;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingIsLostAndNobodyRemovedComesBack(long seed) throws Exception {
    Random random = new Random(seed);
    try (GitClones clones = new GitClones(folder)) {
      layOut(clones);
      for (int step = 0; step < 50; step++) {
        Person person = people.get(random.nextInt(people.size()));
        if (random.nextInt(3) == 0) {
          merge(clones, person, people.get(random.nextInt(people.size())), random);
        } else {
          change(person, random);
          clones.commit(person);
        }
      }
      for (int round = 0; round < 2; round++) {
        merge(clones, people.get(0), people.get(1), random);
        merge(clones, people.get(0), people.get(2), random);
        merge(clones, people.get(1), people.get(0), random);
        merge(clones, people.get(2), people.get(0), random);
      }
    }
    assertThat(merges).isPositive();
    for (Person person : people) {
      check(person);
    }
  }

  private void layOut(GitClones clones) throws Exception {
    for (String name : List.of("alice", "bob", "carol")) {
      people.add(new Person(folder, name));
    }
    for (String name : List.of("guest1", "guest2", "guest3")) {
      guests.add(new Person(folder, name));
    }
    Person alice = people.getFirst();
    alice.create().close();
    alice.add(people.get(1));
    alice.add(people.get(2));
    guests.forEach(
        guest -> {
          try {
            alice.add(guest);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    clones.add(alice);
    clones.commit(alice);
    for (Person other : people.subList(1, 3)) {
      clones.add(other);
      Files.delete(other.place.directory().resolve(".gatekeeper/.gitattributes"));
      clones.git(other, "fetch", "-q", alice.place.directory().toString(), "main");
      clones.git(other, "reset", "-q", "--hard", "FETCH_HEAD");
      other.accept();
    }
  }

  private void change(Person person, Random random) throws Exception {
    String mine = person.label + "/" + random.nextInt(3);
    switch (random.nextInt(6)) {
      case 0, 1 -> put(person, mine, own);
      case 2 -> {
        if (own.remove(mine) != null) {
          try (OpenTeam team = person.open()) {
            team.remove(mine);
          }
        }
      }
      case 3 -> {
        String name = "shared/" + random.nextInt(3);
        Map<String, String> put = new TreeMap<>();
        put(person, name, put);
        shared.computeIfAbsent(name, key -> new TreeSet<>()).add(put.get(name));
      }
      case 4 -> {
        try (OpenTeam team = person.open()) {
          team.rekey();
        }
      }
      case 5 -> {
        String guest = guests.get(random.nextInt(guests.size())).label;
        boolean member;
        try (OpenTeam team = person.open()) {
          member = team.header().slot(guest).isPresent();
        }
        if (member && removed.size() < 2) {
          person.remove(guest);
          removed.add(guest);
        }
      }
      default -> throw new AssertionError();
    }
  }

  private void put(Person person, String name, Map<String, String> into) throws Exception {
    String value = "made-up-value-" + values++;
    person.put(name, value);
    into.put(name, value);
  }

  private void merge(GitClones clones, Person person, Person other, Random random)
      throws Exception {
    if (person == other) {
      return;
    }
    merges++;
    if (!clones.merge(person, other)) {
      conflicts++;
      TeamMerge merge = new TeamMerge(person.home, person.place, person.identity);
      byte[] ancestor = clones.stage(person, 1);
      byte[] ours = clones.stage(person, 2);
      byte[] theirs = clones.stage(person, 3);
      TeamMerge.Result told = merge.merge(ancestor, ours, theirs, Map.of());
      assertThat(told.conflicts()).isNotEmpty().allMatch(name -> name.startsWith("shared/"));
      Map<String, TeamMerge.Side> choices = new TreeMap<>();
      for (String name : told.conflicts()) {
        choices.put(name, random.nextBoolean() ? TeamMerge.Side.OURS : TeamMerge.Side.THEIRS);
      }
      person.write(merge.merge(ancestor, ours, theirs, choices).merged().orElseThrow().bytes());
      clones.commit(person);
    }
  }

  private void check(Person person) throws Exception {
    try (OpenTeam team = person.open()) {
      Map<String, String> found = new TreeMap<>();
      for (SecretInfo info : team.secrets()) {
        found.put(info.name(), TeamFixture.value(team, info.name()));
      }
      for (Map.Entry<String, Set<String>> each : shared.entrySet()) {
        assertThat(found.remove(each.getKey())).isIn(each.getValue());
      }
      assertThat(found).as("after %d merges, %d conflicts", merges, conflicts).isEqualTo(own);
      List<String> members = team.header().members().stream().map(Member::label).toList();
      assertThat(members).doesNotContainAnyElementsOf(removed).contains("alice", "bob", "carol");
    }
    for (Person guest : guests) {
      boolean opens =
          TeamText.parse(person.file()).header().slot(guest.identity.publicIdentity()).isPresent();
      assertThat(opens).isEqualTo(!removed.contains(guest.label));
    }
  }
}
