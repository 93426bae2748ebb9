package dev.gatekeeper.fingerprint;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.fingerprint.print.Imprint;
import dev.gatekeeper.fingerprint.print.KeyText;
import dev.gatekeeper.fingerprint.print.Print;
import dev.gatekeeper.fingerprint.print.PrintList;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The next fingerprints of one place, in the making. */
final class Renewal {
  private static final String TEAM = "team:";
  private static final String SECRET = "secret:";

  private final KeyText key;
  private final Optional<PrintList> old;
  private final PrintList.Vault present;
  private final Instant now;
  private final Imprint imprint;
  private final Values secrets = new Values();
  private final Values teams = new Values();
  private PrintList.Teams covered;
  private boolean teamRead;

  /** Values of one vault: who has one, and what is kept of the strong ones. */
  private static final class Values {
    final Set<String> references = new HashSet<>();
    final List<Print> made = new ArrayList<>();

    int weak() {
      return references.size() - made.size();
    }
  }

  Renewal(KeyText key, Optional<PrintList> old, PrintList.Vault present, Instant now) {
    this.key = key;
    this.old = old;
    this.present = present;
    this.now = now;
    this.imprint = new Imprint(key.key());
    this.covered = old.map(PrintList::teams).orElse(PrintList.Teams.NONE);
  }

  KeyText key() {
    return key;
  }

  /** Opens each secret of the person's vault once, for all of them. */
  static void fill(List<Renewal> all, OpenVault vault) throws VaultException {
    for (SecretInfo secret : vault.secrets()) {
      try (SecretValue value = vault.reveal(secret.name())) {
        value.revealTo(
            bytes -> all.forEach(one -> one.take(one.secrets, SECRET + secret.name(), bytes)));
      }
    }
  }

  private void take(Values into, String reference, byte[] value) {
    into.references.add(reference);
    imprint.ofStrong(reference, value).ifPresent(into.made::add);
  }

  /** Reads the team's vault of this place. */
  void team(Home home, TeamPlace place, OpenVault vault) {
    TeamValues read =
        TeamValues.read(home, place, vault, (reference, value) -> take(teams, reference, value));
    switch (read) {
      case TeamValues.Unreadable _ -> {}
      case TeamValues.Closed _ -> covered = new PrintList.Teams(true, covered.digests());
      case TeamValues.Read(String digest) -> {
        covered = new PrintList.Teams(false, with(digest));
        teamRead = true;
      }
    }
  }

  /** The values of a team whose file is not there, as on another branch, stay watched. */
  void withoutTeam() {
    if (!covered.digests().isEmpty()) {
      covered = new PrintList.Teams(false, with(PrintList.NO_TEAM, covered.digests()));
    }
  }

  /** Files of before are covered as long as no secret is gone: what they hold stays watched. */
  private List<String> with(String digest) {
    boolean all =
        prints(TEAM).stream().allMatch(print -> teams.references.contains(print.reference()));
    return with(digest, all ? covered.digests() : List.of());
  }

  private static List<String> with(String digest, List<String> before) {
    List<String> digests = new ArrayList<>(before);
    digests.remove(digest);
    digests.add(digest);
    int from = Math.max(0, digests.size() - PrintList.MOST_TEAMS);
    return List.copyOf(digests.subList(from, digests.size()));
  }

  private List<Print> prints(String scheme) {
    return old.map(PrintList::prints).orElse(List.of()).stream()
        .filter(print -> print.reference().startsWith(scheme))
        .toList();
  }

  /** Whether it says anything that is not there already. */
  boolean isNews() {
    PrintList next = list();
    return old.map(
            known ->
                !new PrintList(
                        known.place(),
                        next.made(),
                        known.vault(),
                        known.teams(),
                        known.weak(),
                        known.prints())
                    .equals(next))
        .orElse(true);
  }

  PrintList list() {
    List<Print> all = new ArrayList<>(secrets.made);
    all.addAll(former(secrets, SECRET));
    all.addAll(teamRead ? teams.made : prints(TEAM));
    all.addAll(teamRead ? former(teams, TEAM) : List.of());
    all.sort(Comparator.comparing(Print::isFormer).thenComparingLong(one -> -one.until()));
    List<Print> kept = all.subList(0, Math.min(all.size(), PrintList.MOST));
    long cut = all.stream().skip(kept.size()).filter(one -> !one.isFormer()).count();
    return new PrintList(
        PrintList.digest(key.place()),
        now.getEpochSecond(),
        present,
        covered,
        new PrintList.Weak(
            secrets.weak() + (int) cut,
            teamRead ? teams.weak() : old.map(known -> known.weak().team()).orElse(0)),
        kept.stream().sorted().toList());
  }

  /** Values that were replaced, of secrets that there are. */
  private List<Print> former(Values values, String scheme) {
    Instant end = now.plus(Fingerprints.FORMER);
    return prints(scheme).stream()
        .filter(print -> values.references.contains(print.reference()))
        .filter(print -> values.made.stream().noneMatch(print::isOfTheSameValue))
        .map(print -> print.former(end))
        .filter(print -> print.until() > now.getEpochSecond())
        .toList();
  }
}
