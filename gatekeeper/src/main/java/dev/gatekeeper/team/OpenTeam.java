package dev.gatekeeper.team;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.ChangeRecord;
import dev.gatekeeper.vault.Edits;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.SecretName;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A team's vault, opened by one member's identity: the file was signed by somebody who counts, and
 * its key is held until {@link #close}. For one thread.
 *
 * <p>Each change reads the file again under a lock, and is signed by this member.
 */
public final class OpenTeam implements AutoCloseable {
  private final TeamPlace place;
  private final TeamMemory memory;
  private final TeamIdentity identity;
  private ChangeRecord record = change -> {};
  private TeamMemory.Known known;
  private OpenedTeam opened;

  private OpenTeam(
      Home home,
      TeamPlace place,
      TeamIdentity identity,
      TeamMemory.Known known,
      OpenedTeam opened) {
    this.place = place;
    this.memory = new TeamMemory(home, place);
    this.identity = identity;
    this.known = known;
    this.opened = opened;
  }

  /**
   * Makes the vault of a project, with one member.
   *
   * @param identity stays the caller's to close, after this
   * @param proof of the person whose vault remembers it
   * @throws VaultException where there is one, or it cannot be written
   */
  public static OpenTeam create(
      Home home,
      TeamPlace place,
      TeamIdentity identity,
      String label,
      Presence proof,
      ChangeRecord record)
      throws VaultException {
    if (!TeamText.isLabel(label)) {
      throw OpenedTeam.badLabel();
    }
    byte[] id = new byte[TeamHeader.ID_BYTES];
    new SecureRandom().nextBytes(id);
    String word = Base64Url.of(id);
    TeamMemory memory = new TeamMemory(home, place);
    try (LockFile _ = memory.lock("write")) {
      if (place.exists()) {
        throw new VaultException(
            place.file() + " is there already", "gatekeeper vault status --team");
      }
      VaultKey key = VaultKey.generate();
      Member founder = Member.vouched(word, label, identity.publicIdentity(), 1, identity);
      TeamHeader empty = new TeamHeader(word, 1, List.of(), List.of(), List.of());
      TeamHeader header = empty.with(List.of(TeamContents.slot(empty, founder, key)), List.of());
      TeamContents contents = new TeamContents.Draft(header, key).seal(identity);
      record.before(new Change("create", List.of(), 1, contents.digest()));
      DurableFile.createDirectory(place.directory().resolve(".gatekeeper"));
      DurableFile.replace(place.file(), contents.bytes());
      memory.accept(contents.text(), contents.digest(), proof);
      TeamMemory.Known known = memory.judge(contents.text(), contents.digest());
      return new OpenTeam(home, place, identity, known, new OpenedTeam(contents, key));
    } catch (IOException e) {
      throw new VaultException("the team vault cannot be written: " + e.getMessage());
    }
  }

  /**
   * Opens the vault of a project.
   *
   * @param identity stays the caller's to close, after this
   * @throws VaultException where the file does not count, or was not sealed to this identity
   */
  public static OpenTeam open(Home home, TeamPlace place, TeamIdentity identity)
      throws VaultException {
    byte[] bytes = place.read();
    TeamMemory memory = new TeamMemory(home, place);
    TeamMemory.Known known = memory.judge(TeamText.parse(bytes), TeamContents.digest(bytes));
    OpenedTeam opened = OpenedTeam.open(known.text(), bytes, identity);
    memory.remember(known);
    return new OpenTeam(home, place, identity, known, opened);
  }

  /**
   * Takes the file of a project as the truth: this vault, with these members.
   *
   * @param shown the digest of the file that the person saw
   * @param proof of the person's presence
   * @throws VaultException also where the file is another one by now
   */
  public static void accept(Home home, TeamPlace place, String shown, Presence proof)
      throws VaultException {
    byte[] bytes = place.read();
    if (!TeamContents.digest(bytes).equals(shown)) {
      throw new VaultException(
          "the team vault has changed since it was shown", "gatekeeper vault accept");
    }
    new TeamMemory(home, place).accept(TeamText.parse(bytes), shown, proof);
  }

  /** Has every later change recorded before it is written. */
  public OpenTeam recordingTo(ChangeRecord other) {
    record = other;
    return this;
  }

  /** The header, signed by a member who counts. */
  public TeamHeader header() {
    return opened.contents().header();
  }

  /** Whether the file is older than one that was seen here: rolled back, or of an old branch. */
  public boolean isOld() {
    return known.old();
  }

  /** Members of this file who were removed in a later one. */
  public List<Member> back() {
    return known.back();
  }

  /** All secrets by name. */
  public List<SecretInfo> secrets() {
    return opened.contents().index().entries().stream().map(OpenTeam::info).toList();
  }

  /** What is known about one secret. */
  public SecretInfo info(String name) throws VaultException {
    return info(entry(name));
  }

  /** Opens one secret and no other; to be closed by the caller. */
  public SecretValue reveal(String name) throws VaultException {
    return SecretValue.taking(opened.contents().open(entry(name), opened.key()));
  }

  private Index.Entry entry(String name) throws VaultException {
    SecretName.check(name);
    return opened
        .contents()
        .find(name)
        .orElseThrow(
            () ->
                VaultException.absent(
                    "the team vault has no secret " + name, "gatekeeper vault put --team " + name));
  }

  private static SecretInfo info(Index.Entry entry) {
    return new SecretInfo(entry.name(), entry.version(), entry.attributes());
  }

  /** Adds secrets, or gives known ones a new value: all in one write, or none. */
  public Change putAll(Map<String, SecretValue> values, Map<String, String> about, Instant now)
      throws VaultException {
    List<String> names = values.keySet().stream().sorted().toList();
    return change(names, Edits.put(values, about, now)::into);
  }

  /** Removes a secret; the file that is left holds nothing of it, git's history does. */
  public Change remove(String name) throws VaultException {
    entry(name);
    return change(
        List.of(name),
        draft -> {
          draft.remove(draft.find(name).orElseThrow(() -> new VaultException("gone meanwhile")));
          return "remove";
        });
  }

  /** Lets somebody in, who then reads every secret. */
  public Change add(String label, PublicIdentity person) throws VaultException {
    return change(
        List.of(),
        draft -> {
          opened.let(label, person, draft, identity);
          return "slot-add " + person.fingerprint();
        });
  }

  /** Removes somebody, and seals everything under a new key. */
  public Change removeMember(String label) throws VaultException {
    return rekey(
        "slot-remove",
        header -> {
          Member gone =
              header
                  .slot(label)
                  .map(TeamHeader.Slot::member)
                  .orElseThrow(
                      () ->
                          VaultException.absent(
                              "the team vault has no member with that label",
                              "gatekeeper vault slot list --team"));
          if (gone.identity().equals(identity.publicIdentity())) {
            throw new VaultException(
                "nobody removes themselves: the file would be signed by nobody in it",
                "ask a teammate to type it");
          }
          return Membership.without(header, gone, header.generation() + 1, identity);
        });
  }

  /** Seals everything under a new key. */
  public Change rekey() throws VaultException {
    return rekey("rekey", header -> header);
  }

  private interface Members {
    TeamHeader of(TeamHeader header) throws VaultException;
  }

  private Change rekey(String what, Members members) throws VaultException {
    try (LockFile _ = memory.lock("write")) {
      current();
      TeamContents old = opened.contents();
      VaultKey key = VaultKey.generate();
      TeamHeader header =
          Membership.sealed(
              members.of(old.header()).next(List.of(old.digest()), old.header().generation() + 1),
              key);
      TeamContents.Draft draft = new TeamContents.Draft(header, key);
      draft.reseal(old, opened.key());
      return write(what, List.of(), new OpenedTeam(draft.seal(identity), key));
    } catch (IOException e) {
      throw new VaultException("the team vault cannot be written: " + e.getMessage());
    }
  }

  private interface Edit {
    String apply(TeamContents.Draft draft) throws VaultException;
  }

  private Change change(List<String> names, Edit edit) throws VaultException {
    try (LockFile _ = memory.lock("write")) {
      current();
      TeamContents.Draft draft = new TeamContents.Draft(opened.contents(), opened.key());
      String what = edit.apply(draft);
      return write(what, names, new OpenedTeam(draft.seal(identity), opened.key()));
    } catch (IOException e) {
      throw new VaultException("the team vault cannot be written: " + e.getMessage());
    }
  }

  /** Under the lock: what another process, or git, wrote meanwhile. */
  private void current() throws VaultException {
    byte[] bytes = place.read();
    if (!opened.contents().is(bytes)) {
      known = memory.judge(TeamText.parse(bytes), TeamContents.digest(bytes));
      OpenedTeam now = OpenedTeam.open(known.text(), bytes, identity);
      opened.key().close();
      opened = now;
    }
    if (!known.back().isEmpty()) {
      throw new VaultException(
          "this file still lets in "
              + String.join(", ", known.back().stream().map(Member::label).toList())
              + ", removed in a newer one: whatever is written now, they could read",
          "merge the newer branch first, then type it again");
    }
  }

  private Change write(String what, List<String> names, OpenedTeam next)
      throws VaultException, IOException {
    TeamContents contents = next.contents();
    Change change = new Change(what, names, contents.header().generation(), contents.digest());
    TeamMemory.Known judged = memory.judge(contents.text(), contents.digest());
    record.before(change);
    DurableFile.replace(place.file(), contents.bytes());
    if (next.key() != opened.key()) {
      opened.key().close();
    }
    opened = next;
    known = judged;
    memory.remember(judged);
    return change;
  }

  @Override
  public void close() {
    opened.key().close();
  }
}
