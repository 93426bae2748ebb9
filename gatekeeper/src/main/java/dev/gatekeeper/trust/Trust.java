package dev.gatekeeper.trust;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.trust.signature.Statement;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Decides which list is in force: one whose exact bytes a person trusted for this place, proving
 * presence by the vault's passphrase; or one that grants nothing beyond that. Who wrote the file
 * does not count, nor git, nor a terminal.
 */
public final class Trust {
  /** The name of a person's own list in the home. */
  private static final String PERSONAL = "allowlist.json";

  private final Home home;
  private final TrustFolder folder;

  private final InstantSource clock;

  /** Trust as kept in {@code home}. */
  public Trust(Home home) {
    this(home, InstantSource.system());
  }

  /**
   * Trust as kept in {@code home}, at the time of a clock.
   *
   * @param clock by which keys of reviewers are valid
   */
  public Trust(Home home, InstantSource clock) {
    this(home, clock, new PinnedIdentity());
  }

  Trust(Home home, InstantSource clock, PinnedIdentity pinned) {
    this.home = home;
    this.folder = new TrustFolder(home, pinned);
    this.clock = clock;
  }

  /** The files and the folder on which the answer for a project rests, there or not. */
  public List<Path> files(Project project) {
    return List.of(
        home.resolve(TrustFolder.STORE),
        home.resolve("vault"),
        project.list(),
        project.lock(),
        project.signatures(),
        home.resolve(PERSONAL),
        home.resolve(Project.LOCK));
  }

  /**
   * What is in force for a project. Never asks, never throws: whatever cannot be believed is not in
   * force, and the answer says why.
   */
  public InForce inForce(Project project) {
    return inForce(project, Optional.empty());
  }

  /**
   * @param tip what a followed branch is known to have now
   */
  InForce inForce(Project project, Optional<Pair> tip) {
    try {
      return judged(project, tip);
    } catch (RuntimeException | AssertionError e) {
      // An agent can write what is judged here: a fault of ours in it must not end its session, nor
      // keep a running one from what is said of it later.
      return new InForce.NotTrusted(
          "No allow-list is in force: judging it failed ("
              + e.getClass().getSimpleName()
              + "). A person types in a terminal: gatekeeper allowlist check");
    }
  }

  private InForce judged(Project project, Optional<Pair> tip) {
    // Side by side: the signature takes as long as the lists, and an agent waits for both.
    FutureTask<TrustStore> believed = new FutureTask<>(folder::read);
    Thread.ofPlatform().daemon().name("gatekeeper-trust").start(believed);
    Optional<ListFile> own = ListFile.read(project.directory(), project.list(), false);
    Optional<ListFile> personal = ListFile.read(home.path(), home.resolve(PERSONAL), true);
    TrustStore store;
    try {
      store = result(believed);
    } catch (TrustException | VaultException e) {
      return new InForce.NotTrusted(
          "No allow-list is in force: "
              + e.getMessage()
              + ". A person types in a terminal: gatekeeper allowlist trust");
    }
    Judgement judgement = new Judgement(home, folder, store, tip, clock.instant());
    if (own.isPresent()) {
      return judgement.own(project, own.get(), personal);
    }
    if (store.at(project.directory().toString()).isPresent()) {
      // A list that said "personal": false must not give way to the personal one by vanishing.
      return new InForce.NoList(
          "No allow-list is in force: this project had one, and "
              + project.list()
              + " is gone. A person restores it.");
    }
    if (personal.isPresent()) {
      InForce alone = judgement.personal(personal.get());
      return alone instanceof InForce.Trusted trusted
          ? trusted.dialog(store.dialogAt(home.path()))
          : alone;
    }
    return new InForce.NoList(
        "There is no allow-list. A person writes "
            + project.list()
            + " (gatekeeper allowlist import, or add), then types in a terminal:"
            + " gatekeeper allowlist trust");
  }

  private static TrustStore result(FutureTask<TrustStore> believed)
      throws TrustException, VaultException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return believed.get();
        } catch (InterruptedException e) {
          interrupted = true; // it is bounded work: what it gives is waited for
        } catch (ExecutionException e) {
          if (e.getCause() instanceof TrustException fault) {
            throw fault;
          }
          if (e.getCause() instanceof VaultException fault) {
            throw fault;
          }
          throw new AssertionError(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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
      case ListFile.Sound(Pair pair) -> {
        TrustStore store = folder.believed();
        Optional<TrustStore.Entry> last =
            personal ? store.at(home.path().toString()) : store.last(project);
        yield new Proposal(
            file,
            pair,
            last.flatMap(entry -> folder.pair(entry, personal)),
            last.flatMap(TrustStore.Entry::review),
            last.flatMap(TrustStore.Entry::follow),
            last.map(TrustStore.Entry::dialog).orElse(false));
      }
    };
  }

  /**
   * Names of the personal list that come into force with a proposal: those of servers and commands
   * that it has no longer.
   */
  public List<String> uncovers(Proposal proposal) throws VaultException {
    if (proposal.file().personal() || !proposal.list().personal() || proposal.before().isEmpty()) {
      return List.of();
    }
    Optional<ListFile> file = ListFile.read(home.path(), home.resolve(PERSONAL), true);
    if (file.isEmpty()) {
      return List.of();
    }
    Judgement judgement =
        new Judgement(home, folder, folder.believed(), Optional.empty(), clock.instant());
    return judgement.personal(file.get()) instanceof InForce.Trusted personal
        ? personal.list().namesIn(proposal.before().get().list(), proposal.list())
        : List.of();
  }

  /**
   * What a reviewer signs of a project as it is now: the statement that others signed already, else
   * the next one.
   *
   * @throws TrustException where there is no list, or no repository with a commit
   */
  public Statement statement(Project project) throws TrustException, VaultException {
    Pair pair = propose(project, false).pair();
    GitIdentity git =
        project
            .repository()
            .flatMap(GitIdentity::of)
            .orElseThrow(
                () ->
                    new TrustException(
                        "signatures are for one repository, and this is none with a commit"));
    long trusted =
        folder
            .read()
            .last(project)
            .flatMap(TrustStore.Entry::review)
            .map(ReviewRule::number)
            .orElse(0L);
    return SignedPair.next(project, pair, git, trusted);
  }

  /**
   * Puts what was proposed in force, for its place.
   *
   * @param proof of a person's presence; the vault that it opened signs
   * @throws TrustException where the store cannot be written, or signatures are to count in a place
   *     that is no repository with a commit
   */
  public Change trust(Proposal proposal, Project project, Presence proof, Instant now)
      throws TrustException, VaultException {
    ListFile file = proposal.file();
    Optional<GitIdentity> git =
        file.personal() ? Optional.empty() : project.repository().flatMap(GitIdentity::of);
    Optional<ReviewRule> review = proposal.review();
    if (review.isPresent() && git.isEmpty()) {
      throw new TrustException("signatures are for one repository, and this is none with a commit");
    }
    if (review.isPresent()) {
      long number =
          SignedPair.find(project, proposal.pair(), git.get(), review.get(), now)
              .map(SignedPair::number)
              .orElse(0L);
      review = Optional.of(review.get().above(number));
    }
    TrustStore.Entry entry =
        new TrustStore.Entry(
            file.place().toString(),
            git,
            proposal.pair().digest(),
            Optional.empty(),
            now.truncatedTo(ChronoUnit.SECONDS).toString(),
            review,
            proposal.follow(),
            proposal.dialog());
    return folder.replace(proof.vault(), proposal.pair().texts(), store -> store.with(entry));
  }
}
