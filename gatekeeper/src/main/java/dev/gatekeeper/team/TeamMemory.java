package dev.gatekeeper.team;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges a file of which nothing is known but that one of those whom it names signed it. Sealing to
 * members proves nothing about who wrote: anybody who can push can seal a vault of their own to
 * them. So a file counts where
 *
 * <ol>
 *   <li>a person has accepted this vault for this project (the passphrase opens what signs that);
 *   <li>its signer is one of those accepted, or was let in by one of them, directly or not;
 *   <li>the signer has not been removed, as far as this person has seen.
 * </ol>
 *
 * An old file that meets all three is told from a new one, and from a merge: it was seen before, or
 * is of a lower generation.
 */
public final class TeamMemory {
  private static final String FOLDER = "team";
  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(10);

  private final Home home;
  private final TeamPlace place;

  /** What the person of {@code home} knows about the vault of {@code place}. */
  public TeamMemory(Home home, TeamPlace place) {
    this.home = home;
    this.place = place;
  }

  /**
   * A file that counts.
   *
   * @param old whether it is a file that was seen before, or one of a lower generation
   * @param back members that were removed since, as far as was seen: what is written after it would
   *     be theirs to read
   * @param news whether it adds to what was seen
   */
  record Known(
      TeamText text, String digest, boolean old, List<Member> back, boolean news, SeenVault next) {}

  /**
   * Believes a file.
   *
   * @throws VaultException where it does not count, with what a person can do
   */
  Known judge(TeamText text, String digest) throws VaultException {
    return judge(text, digest, false);
  }

  /**
   * Believes what two sides have in common, even if whoever wrote it has been removed since: git
   * found it in the history of both.
   */
  Known judgeAncestor(TeamText text, String digest) throws VaultException {
    return judge(text, digest, true);
  }

  private Known judge(TeamText text, String digest, boolean even) throws VaultException {
    AcceptedVault accepted =
        AcceptedVault.find(home, place)
            .orElseThrow(
                () ->
                    new VaultException(
                        "nobody on this machine has accepted this project's team vault",
                        "gatekeeper vault accept"));
    if (!accepted.vault().equals(text.header().id())) {
      throw new VaultException(
          "this team vault is another one than the person on this machine has accepted",
          "ask your team; if it is meant: gatekeeper vault accept");
    }
    SeenVault seen = seen(accepted);
    Member signer = text.header().signer(text.signer()).orElseThrow();
    Map<String, Member> known = known(accepted, seen, text.header());
    if (!even && seen.isRemoved(signer)) {
      throw new VaultException(
          "this team vault was written by " + signer.label() + ", who has been removed",
          "git checkout the file from a branch that is newer");
    }
    Member proven = known.get(signer.identity().signKey());
    if (proven == null || proven.since() < signer.since()) {
      throw new VaultException(
          "this team vault was written by "
              + signer.label()
              + ", whom nobody you have accepted has let in",
          "ask your team; if it is meant: gatekeeper vault accept");
    }
    List<Member> back = text.header().members().stream().filter(seen::isRemoved).toList();
    boolean old =
        !digest.equals(seen.last())
            && (seen.digests().contains(digest) || text.header().generation() < seen.generation());
    SeenVault next = old ? seen : seen.with(text, digest, known.values());
    return new Known(text, digest, old, back, !next.equals(seen), next);
  }

  /** Those who count: accepted, seen, or let in by one who counts and has not been removed. */
  private static Map<String, Member> known(
      AcceptedVault accepted, SeenVault seen, TeamHeader header) {
    Map<String, Member> known = new LinkedHashMap<>();
    accepted.members().forEach(one -> known.put(one.identity().signKey(), one));
    boolean more = true;
    while (more) {
      more = false;
      for (Member one : seen.members().values()) {
        more |= letIn(known, one, header.id(), true, seen);
      }
      for (Member one : header.members()) {
        more |= letIn(known, one, header.id(), false, seen);
      }
    }
    return known;
  }

  /**
   * @param before whether it was seen while its voucher was a member: afterwards a voucher's
   *     signature is worth nothing
   */
  private static boolean letIn(
      Map<String, Member> known, Member one, String vault, boolean before, SeenVault seen) {
    Member voucher = known.get(one.voucher());
    Member same = known.get(one.identity().signKey());
    if (voucher == null
        || (same != null && same.since() >= one.since())
        || (!before && seen.isRemoved(voucher))
        || !one.isVouched(vault)) {
      return false;
    }
    known.put(one.identity().signKey(), one);
    return true;
  }

  /** Remembers a file that counts, where it is news. */
  void remember(Known known) throws VaultException {
    if (!known.news()) {
      return;
    }
    try (LockFile _ = lock("memory")) {
      // Judged anew: another process may have seen a removal meanwhile, which must not be
      // forgotten.
      Known now = judge(known.text(), known.digest());
      if (now.news()) {
        write(now.next());
      }
    } catch (IOException e) {
      throw new VaultException("what was seen of the team vault cannot be kept: " + e.getMessage());
    }
  }

  /**
   * Takes a file as the truth: its vault for this project, its members, its removals.
   *
   * @param proof of a person's presence; the vault that it opened signs
   */
  void accept(TeamText text, String digest, Presence proof) throws VaultException {
    try (LockFile _ = lock("memory")) {
      AcceptedVault.of(place, text.header()).keep(home, proof);
      write(SeenVault.accepted(text, digest));
    } catch (IOException e) {
      throw new VaultException("the acceptance cannot be kept: " + e.getMessage());
    }
  }

  private SeenVault seen(AcceptedVault accepted) throws VaultException {
    Path file = home.resolve(FOLDER).resolve(accepted.vault() + ".seen");
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return new SeenVault(
          accepted.vault(), 0, "", Map.of(), Map.of(), new java.util.LinkedHashSet<>());
    }
    try {
      OwnerOnly.check(file);
      return SeenVault.parse(DurableFile.readBounded(file, SeenVault.MAX_BYTES));
    } catch (IOException e) {
      throw new VaultException("what was seen of the team vault cannot be read: " + e.getMessage());
    }
  }

  private void write(SeenVault next) throws IOException {
    Path folder = home.resolve(FOLDER);
    DurableFile.createDirectory(folder);
    DurableFile.replace(folder.resolve(next.id() + ".seen"), next.print());
  }

  /** Held around read, change and replace; not beside the vault, where git would see it. */
  LockFile lock(String name) throws IOException {
    DurableFile.createDirectory(home.resolve(FOLDER));
    return LockFile.acquire(home.resolve(FOLDER).resolve(name + ".lock"), LOCK_DEADLINE);
  }
}
