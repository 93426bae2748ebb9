package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.VaultException;
import dev.gatekeeper.vault.VaultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Decides which list is in force: one whose exact bytes a person trusted for this place, proving
 * presence by the vault's passphrase. Nothing else counts: not who wrote the file, not git, not a
 * terminal.
 */
public final class Trust {
  /** The name of a person's own list, and of the store, in the home. */
  private static final String PERSONAL = "allowlist.json";

  private static final String STORE = "trust.json";
  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(10);

  private final Home home;
  private final VaultFile vault;

  /** Trust as kept in {@code home}. */
  public Trust(Home home) {
    this.home = home;
    this.vault = VaultFile.in(home);
  }

  /**
   * What is in force for a project. Never asks, never throws: whatever cannot be believed is not in
   * force, and the answer says why.
   */
  public InForce inForce(Project project) {
    TrustStore store;
    try {
      store = store(vault.exists() ? Optional.of(vault.header()) : Optional.empty());
    } catch (TrustException | VaultException e) {
      return new InForce.NotTrusted(
          "No allow-list is in force: "
              + e.getMessage()
              + ". A person types in a terminal: gatekeeper allowlist trust");
    }
    Optional<ListFile> own = ListFile.read(project.directory(), project.list(), false);
    Optional<ListFile> personal = ListFile.read(home.path(), home.resolve(PERSONAL), true);
    if (own.isPresent()) {
      return own(project, own.get(), personal, store);
    }
    if (store.at(project.directory().toString()).isPresent()) {
      // A list that said "personal": false must not give way to the personal one by vanishing.
      return new InForce.NoList(
          "No allow-list is in force: this project had one, and "
              + project.list()
              + " is gone. A person restores it.");
    }
    if (personal.isPresent()) {
      return personal(personal.get(), store);
    }
    return new InForce.NoList(
        "There is no allow-list. A person writes "
            + project.list()
            + " (gatekeeper allowlist import, or add), then types in a terminal:"
            + " gatekeeper allowlist trust");
  }

  private InForce own(
      Project project, ListFile file, Optional<ListFile> personal, TrustStore store) {
    return file.content()
        .either(
            unsound -> new InForce.Broken(unsound.problems()),
            sound ->
                isTrusted(store, project, sound.list())
                    ? together(sound.list(), personal, store)
                    : new InForce.NotTrusted(
                        (store.at(project.directory().toString()).isPresent()
                                ? "The allow-list changed since it was trusted"
                                : "Nobody has trusted this project's allow-list yet")
                            + ", so nothing of it is in force. A person reads it and types in a"
                            + " terminal: gatekeeper allowlist trust"));
  }

  private InForce together(AllowList list, Optional<ListFile> personal, TrustStore store) {
    if (!list.personal() || personal.isEmpty()) {
      return new InForce.Trusted(list, Optional.empty());
    }
    InForce second = personal(personal.get(), store);
    return second instanceof InForce.Trusted beside
        ? new InForce.Trusted(list.beside(beside.list()), Optional.empty())
        : new InForce.Trusted(list, Optional.of(second.text()));
  }

  private InForce personal(ListFile file, TrustStore store) {
    return file.content()
        .either(
            unsound -> new InForce.Broken(unsound.problems()),
            sound ->
                store
                        .at(home.path().toString())
                        .filter(entry -> entry.digest().equals(sound.list().digest()))
                        .isPresent()
                    ? new InForce.Trusted(sound.list(), Optional.empty())
                    : new InForce.NotTrusted(
                        "The personal allow-list is not in force: its present content is not"
                            + " trusted. A person types in a terminal: gatekeeper allowlist trust"
                            + " --personal"));
  }

  /**
   * A place answers for itself; one that nobody has seen yet, a new clone or work tree, has what
   * another place of the same repository is trusted with now. So an earlier list never comes back.
   */
  private static boolean isTrusted(TrustStore store, Project project, AllowList list) {
    Optional<TrustStore.Entry> here = store.at(project.directory().toString());
    if (here.isPresent()) {
      return here.get().digest().equals(list.digest());
    }
    boolean elsewhere =
        store.entries().stream()
            .anyMatch(entry -> entry.git().isPresent() && entry.digest().equals(list.digest()));
    if (!elsewhere || project.repository().isEmpty()) {
      return false; // git is only asked where its answer can matter
    }
    Optional<GitIdentity> identity = GitIdentity.of(project.repository().get());
    return identity.isPresent()
        && store.entries().stream()
            .anyMatch(
                entry -> entry.git().equals(identity) && entry.digest().equals(list.digest()));
  }

  /**
   * Reads the list that a person is about to trust. What it says of before rests on the header of
   * the closed vault; who forged that has a vault that {@link #trust} cannot be given a proof by.
   *
   * @param personal the person's own instead of the project's
   * @throws TrustException where there is none, or it has problems
   */
  public Proposal propose(Project project, boolean personal) throws TrustException, VaultException {
    ListFile file =
        (personal
                ? ListFile.read(home.path(), home.resolve(PERSONAL), true)
                : ListFile.read(project.directory(), project.list(), false))
            .orElseThrow(
                () ->
                    new TrustException(
                        "there is no list at "
                            + (personal ? home.resolve(PERSONAL) : project.list())));
    return switch (file.content()) {
      case ListFile.Unsound(var problems) ->
          throw new TrustException(problems.getFirst().toString());
      case ListFile.Sound(AllowList list, var _) ->
          new Proposal(file, list, before(file, vault.header()));
    };
  }

  private Optional<AllowList> before(ListFile file, Header header) {
    Optional<TrustStore.Entry> known = believed(header).at(file.place().toString());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    byte[] text = known.get().content().getBytes(UTF_8);
    try {
      return Optional.of(
          file.personal() ? ListReader.readPersonal(text, "") : ListReader.read(text, ""));
    } catch (AllowListException e) {
      return Optional.empty(); // trusted under rules that have become stricter since
    }
  }

  /**
   * Puts what was proposed in force, for its place. The store is written first, then the vault's
   * count of trusts is raised: a crash between the two leaves both copies valid, never none.
   *
   * @param proof of a person's presence; the vault that it opened signs
   */
  public Change trust(Proposal proposal, Project project, Presence proof, Instant now)
      throws TrustException, VaultException {
    OpenVault open = proof.vault();
    ListFile file = proposal.file();
    if (!(file.content() instanceof ListFile.Sound(var _, String text))) {
      throw new AssertionError("a proposal is sound");
    }
    Optional<GitIdentity> git =
        file.personal() ? Optional.empty() : project.repository().flatMap(GitIdentity::of);
    try (LockFile _ = LockFile.acquire(home.resolve(STORE + ".lock"), LOCK_DEADLINE)) {
      TrustStore next =
          believed(open.header())
              .with(
                  new TrustStore.Entry(
                      file.place().toString(),
                      git,
                      proposal.list().digest(),
                      text,
                      now.truncatedTo(ChronoUnit.SECONDS).toString()));
      DurableFile.replace(home.resolve(STORE), next.sign(open));
      return open.raiseTrustSequence(next.sequence());
    } catch (IOException e) {
      throw new TrustException("the trust store cannot be written: " + e.getMessage());
    }
  }

  /**
   * The store to build on. One that cannot be believed is not built on: what it held has to be
   * trusted anew.
   */
  private TrustStore believed(Header header) {
    try {
      TrustStore store = store(Optional.of(header));
      return store.vault().isEmpty() ? TrustStore.empty(header) : store;
    } catch (TrustException e) {
      return TrustStore.empty(header);
    }
  }

  private TrustStore store(Optional<Header> header) throws TrustException {
    Path file = home.resolve(STORE);
    if (header.isEmpty() || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return new TrustStore("", 0, java.util.List.of());
    }
    try {
      OwnerOnly.check(file);
      return TrustStore.verify(DurableFile.readBounded(file, TrustStore.MAX_BYTES), header.get());
    } catch (IOException e) {
      throw new TrustException("the trust store cannot be read: " + e.getMessage());
    }
  }
}
