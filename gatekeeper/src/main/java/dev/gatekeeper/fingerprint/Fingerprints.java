package dev.gatekeeper.fingerprint;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.fingerprint.print.KeyText;
import dev.gatekeeper.fingerprint.print.PrintKey;
import dev.gatekeeper.fingerprint.print.PrintList;
import dev.gatekeeper.fingerprint.print.Sealed;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.succession.Succession;
import dev.gatekeeper.team.TeamFile;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fingerprints below a home. They are made where a person has the vault open ({@link #renew}),
 * and count ({@link #current}) only for the very vault that is there.
 */
public final class Fingerprints {
  /** How long a value that was replaced is still looked for, from when that was noticed. */
  public static final Duration FORMER = Duration.ofDays(365);

  /** What a person types where there are none that count. */
  public static final String REMEDY = "gatekeeper vault scan --open, in a terminal of your own";

  private static final String FORMER_LOST =
      ": values that were replaced before are not looked for in it";

  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(10);

  private final Home home;
  private final PrintFolder folder;

  private Fingerprints(Home home) {
    this.home = home;
    this.folder = new PrintFolder(home);
  }

  public static Fingerprints in(Home home) {
    return new Fingerprints(home);
  }

  /**
   * What counts.
   *
   * @param key to be closed
   */
  public record Kept(PrintList list, PrintKey key) {}

  /**
   * Those of a place, for a vault that stays closed.
   *
   * @param seen which vaults the log has seen written
   * @throws VaultException where there are none, they were altered, or the vault or the team's has
   *     changed since: then nothing can be said of any text
   * @throws CannotJudge where the log cannot be read
   */
  public Kept current(Place place, VaultFile vault, SeenVaults seen)
      throws VaultException, CannotJudge {
    Succession succession = seen.judge(vault);
    if (!succession.holds()) {
      throw new VaultException(succession.text(), Succession.HINT);
    }
    VaultFile.Claim claim = vault.claim();
    if (succession instanceof Succession.NotSeen && claim.header().generation() > 1) {
      throw new VaultException(
          succession.text() + ", and this one was written before: it may be an older one",
          "gatekeeper vault rekey --restored, in a terminal of your own");
    }
    try {
      KeyText key =
          folder
              .key(place)
              .orElseThrow(() -> fault("there are no fingerprints of this repository"));
      try {
        return new Kept(judged(place, key.key(), claim), key.key());
      } catch (IOException | VaultException e) {
        key.key().close();
        throw e;
      }
    } catch (IOException e) {
      throw fault("the fingerprints cannot be read: " + e.getMessage());
    } catch (VaultException e) {
      throw e.hint().isPresent() ? e : fault(String.valueOf(e.getMessage()));
    }
  }

  private PrintList judged(Place place, PrintKey key, VaultFile.Claim claim)
      throws VaultException, IOException {
    byte[] bytes =
        folder
            .file(place.name())
            .orElseThrow(() -> fault("the fingerprints of this repository are gone"));
    PrintList list =
        Sealed.read(bytes, key, claim.header()::verifiesTrust, PrintList.digest(place.name()));
    if (!list.vault().equals(vault(claim.header(), claim.digest()))) {
      throw fault(
          "the fingerprints are of generation "
              + list.vault().generation()
              + " of the vault, which is at "
              + claim.header().generation());
    }
    boolean covered;
    try {
      covered = list.teams().closed() || isCovered(place, list.teams());
    } catch (VaultException e) {
      throw new VaultException(
          "the team's vault cannot be read: " + e.getMessage(),
          "bring it back as it was: git restore .gatekeeper/team.vault");
    }
    if (!covered) {
      throw fault(
          team(place).isEmpty()
              ? "the team's vault, of which there are fingerprints, is not there"
              : "the team's vault has changed since the fingerprints were made");
    }
    return list;
  }

  private static VaultException fault(String what) {
    return new VaultException(what, REMEDY);
  }

  private boolean isCovered(Place place, PrintList.Teams teams) throws VaultException {
    Optional<TeamPlace> team = team(place);
    return team.isEmpty()
        ? teams.digests().isEmpty() || teams.digests().contains(PrintList.NO_TEAM)
        : teams.digests().contains(TeamFile.read(home, team.get()).digest());
  }

  /** The team's vault of a place, where it has one. */
  static Optional<TeamPlace> team(Place place) {
    return place.project().map(TeamPlace::of).filter(TeamPlace::exists);
  }

  private static PrintList.Vault vault(Header header, String digest) {
    return new PrintList.Vault(header.id(), header.generation(), digest);
  }

  /**
   * Makes those anew that are not of the vault as it is: of this place, which need not have any
   * yet, and of all that have. Of the team's vaults only the one of this place is read.
   *
   * @return what a person is to know, a clause each
   * @throws VaultException where values cannot be read, or nothing can be written
   */
  public List<String> renew(OpenVault vault, Place here, Instant now) throws VaultException {
    List<String> remarks = new ArrayList<>();
    try (LockFile _ = LockFile.acquire(home.resolve("fingerprints.lock"), LOCK_DEADLINE)) {
      PrintList.Vault present = vault(vault.header(), vault.digest());
      boolean isNew = folder.need(here, remarks);
      List<Renewal> stale = new ArrayList<>();
      for (KeyText key : folder.keys(remarks)) {
        boolean mine = key.place().equals(here.name());
        Optional<PrintList> old = former(key, vault.header());
        if (old.isEmpty() && !(mine && isNew)) {
          remarks.add(
              "the fingerprints of "
                  + (mine ? "this repository" : "another repository")
                  + " were gone or damaged, and are made anew"
                  + FORMER_LOST);
        } else if (old.isEmpty() && vault.secrets().stream().anyMatch(one -> one.version() > 1)) {
          remarks.add("this repository has fingerprints for the first time" + FORMER_LOST);
        }
        if (old.isPresent()
            && old.get().vault().equals(present)
            && !(mine && isStale(here, old.get().teams()))) {
          key.key().close();
        } else {
          stale.add(new Renewal(key, old, present, now));
        }
      }
      Renewal.fill(stale, vault);
      for (Renewal one : stale) {
        if (one.key().place().equals(here.name())) {
          team(here).ifPresentOrElse(place -> one.team(home, place, vault), one::withoutTeam);
        }
        if (one.isNews()) {
          folder.write(one.key().place(), Sealed.write(one.list(), one.key().key(), vault));
        }
        one.key().key().close();
      }
    } catch (IOException e) {
      throw new VaultException("the fingerprints cannot be written: " + e.getMessage());
    }
    return remarks;
  }

  /** Also where the person may have become a member meanwhile. */
  private boolean isStale(Place here, PrintList.Teams teams) {
    try {
      return teams.closed() || !isCovered(here, teams);
    } catch (VaultException e) {
      return false; // nothing can be made of it
    }
  }

  private Optional<PrintList> former(KeyText key, Header header) {
    try {
      Optional<byte[]> bytes = folder.file(key.place());
      return bytes.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Sealed.read(
                  bytes.get(), key.key(), header::verifiesTrust, PrintList.digest(key.place())));
    } catch (IOException | VaultException e) {
      return Optional.empty(); // made anew, which is said
    }
  }
}
