package dev.gatekeeper.team;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.VaultException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Two generations of a team's vault made one, which names both as its parents. Both must count by
 * themselves, and neither may have been written last by somebody whom the other has removed: they
 * kept the old key.
 */
public final class TeamMerge {
  private final TeamMemory memory;
  private final TeamIdentity identity;

  /** Which side a person takes of a secret that both have changed. */
  public enum Side {
    OURS,
    THEIRS
  }

  /**
   * What became of it.
   *
   * @param conflicts names of secrets that both sides have changed; then there is no file
   * @param notes what a person may want to know
   */
  public record Result(Optional<Merged> merged, List<String> conflicts, List<String> notes) {
    public Result {
      conflicts = List.copyOf(conflicts);
      notes = List.copyOf(notes);
    }
  }

  /** A file that both sides became. */
  public static final class Merged {
    private final TeamContents contents;

    private Merged(TeamContents contents) {
      this.contents = contents;
    }

    /** The file, to be written. */
    public byte[] bytes() {
      return contents.bytes();
    }

    /** Its generation. */
    public long generation() {
      return contents.header().generation();
    }

    /** SHA-256 of it, base64url. */
    public String digest() {
      return contents.digest();
    }
  }

  /** Merges of what the person of {@code home} accepts for {@code place}. */
  public TeamMerge(Home home, TeamPlace place, TeamIdentity identity) {
    this.memory = new TeamMemory(home, place);
    this.identity = identity;
  }

  /**
   * Merges.
   *
   * @param ancestor what both sides follow; anything that does not count is as good as nothing
   * @throws VaultException where a side does not count, or was not sealed to this identity
   */
  public Result merge(byte[] ancestor, byte[] ours, byte[] theirs, Map<String, Side> choices)
      throws VaultException {
    TeamMemory.Known mine = known("this side's", ours);
    TeamMemory.Known other = known("the other side's", theirs);
    refuseRemoved(mine.text(), other.text(), "this side's", "the other side");
    refuseRemoved(other.text(), mine.text(), "the other side's", "this side");
    List<VaultKey> keys = new ArrayList<>();
    try {
      OpenedTeam a = keep(keys, OpenedTeam.open(mine.text(), ours, identity));
      OpenedTeam b = keep(keys, OpenedTeam.open(other.text(), theirs, identity));
      Optional<TeamText> header = ancestor(ancestor);
      Optional<OpenedTeam> base = Optional.empty();
      if (header.isPresent() && header.get().header().slot(identity.publicIdentity()).isPresent()) {
        base = Optional.of(keep(keys, OpenedTeam.open(header.get(), ancestor, identity)));
      }
      return merge(header.map(TeamText::header), base, a, b, choices);
    } finally {
      keys.forEach(VaultKey::close);
    }
  }

  /**
   * What git makes of several ancestors, to compare both sides with: nobody keeps it, so what both
   * sides have changed is taken from ours. Without it, a secret that came by one of the ancestors
   * and was removed later would come back.
   */
  public Merged ancestor(byte[] ancestor, byte[] ours, byte[] theirs) throws VaultException {
    Map<String, Side> choices = new TreeMap<>();
    Result result = merge(ancestor, ours, theirs, choices);
    if (result.merged().isEmpty()) {
      result.conflicts().forEach(name -> choices.put(name, Side.OURS));
      result = merge(ancestor, ours, theirs, choices);
    }
    return result.merged().orElseThrow();
  }

  private static OpenedTeam keep(List<VaultKey> keys, OpenedTeam opened) {
    keys.add(opened.key());
    return opened;
  }

  private TeamMemory.Known known(String whose, byte[] bytes) throws VaultException {
    try {
      TeamPlace.refuseConflict(bytes);
      if (bytes.length > TeamText.MAX_BYTES) {
        throw new VaultException("it has more than " + TeamText.MAX_BYTES + " bytes");
      }
      return memory.judge(TeamText.parse(bytes), TeamContents.digest(bytes));
    } catch (VaultException e) {
      throw new VaultException(
          whose + " file cannot be merged: " + e.getMessage(),
          e.hint().orElse("git log .gatekeeper/team.vault, to see where it comes from"));
    }
  }

  private static void refuseRemoved(TeamText file, TeamText other, String whose, String who)
      throws VaultException {
    Member signer = file.header().signer(file.signer()).orElseThrow();
    if (other.header().removed().stream().anyMatch(gone -> gone.undoes(signer))) {
      throw new VaultException(
          whose
              + " file was written last by "
              + signer.label()
              + ", whom "
              + who
              + " has removed: it may have been written since",
          "git checkout the other side's file, and put what you miss again");
    }
  }

  /** An ancestor that counts; a hostile one could make us forget what one side has removed. */
  private Optional<TeamText> ancestor(byte[] bytes) {
    try {
      TeamText text = TeamText.parse(bytes);
      memory.judgeAncestor(text, TeamContents.digest(bytes));
      return Optional.of(text);
    } catch (VaultException e) {
      return Optional.empty();
    }
  }

  private Result merge(
      Optional<TeamHeader> ancestor,
      Optional<OpenedTeam> base,
      OpenedTeam ours,
      OpenedTeam theirs,
      Map<String, Side> choices)
      throws VaultException {
    List<String> notes = new ArrayList<>();
    if (ours.contents().digest().equals(theirs.contents().digest())) {
      return new Result(Optional.of(new Merged(ours.contents())), List.of(), notes);
    }
    MergedSecrets secrets = new MergedSecrets(ours, theirs, base, choices, notes);
    List<String> conflicts = secrets.conflicts();
    if (!conflicts.isEmpty()) {
      return new Result(Optional.empty(), conflicts, notes);
    }
    TeamHeader a = ours.contents().header();
    TeamHeader b = theirs.contents().header();
    TeamHeader next =
        a.next(
            List.of(ours.contents().digest(), theirs.contents().digest()),
            Math.max(a.generation(), b.generation()) + 1);
    TeamHeader header = new MergedMembers(a, b, ancestor, identity, notes).over(next);
    boolean keepsKey = sameKey(ours.key(), theirs.key()) && keepsAll(a, b, header);
    VaultKey fresh = VaultKey.generate();
    try {
      VaultKey key = keepsKey ? ours.key() : fresh;
      TeamContents.Draft draft = new TeamContents.Draft(Membership.sealed(header, key), key);
      secrets.putInto(draft);
      return new Result(Optional.of(new Merged(draft.seal(identity))), List.of(), notes);
    } finally {
      fresh.close();
    }
  }

  /** Whether nobody who had the key is left out. */
  private static boolean keepsAll(TeamHeader a, TeamHeader b, TeamHeader merged) {
    return Stream.concat(a.members().stream(), b.members().stream())
        .allMatch(one -> merged.signer(one.identity().signKey()).isPresent());
  }

  private static boolean sameKey(VaultKey a, VaultKey b) {
    byte[] one = a.unsafeCopy();
    byte[] other = b.unsafeCopy();
    try {
      return MessageDigest.isEqual(one, other);
    } finally {
      Arrays.fill(one, (byte) 0);
      Arrays.fill(other, (byte) 0);
    }
  }
}
