package dev.gatekeeper.trust;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.VaultException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

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

  /** Trust as kept in {@code home}. */
  public Trust(Home home) {
    this.home = home;
    this.folder = new TrustFolder(home);
  }

  /** The files on which the answer for a project rests, whether or not they are there. */
  public List<Path> files(Project project) {
    return List.of(
        home.resolve(TrustFolder.STORE),
        home.resolve("vault"),
        project.list(),
        project.lock(),
        home.resolve(PERSONAL),
        home.resolve(Project.LOCK));
  }

  /**
   * What is in force for a project. Never asks, never throws: whatever cannot be believed is not in
   * force, and the answer says why.
   */
  public InForce inForce(Project project) {
    TrustStore store;
    try {
      store = folder.read();
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
            sound -> {
              List<TrustStore.Entry> known = store.known(project);
              Optional<InForce.Trusted> judged = judged(sound.pair(), known, false);
              return judged.isPresent()
                  ? together(judged.get(), personal, store)
                  : new InForce.NotTrusted(
                      (known.isEmpty()
                              ? "Nobody has trusted this project's allow-list yet"
                              : "The allow-list changed since it was trusted")
                          + ", so nothing of it is in force. A person reads it and types in a"
                          + " terminal: gatekeeper allowlist trust");
            });
  }

  /** What is in force of one list; whatever it is made of stands in the store, or is less. */
  private Optional<InForce.Trusted> judged(
      Pair pair, List<TrustStore.Entry> known, boolean personal) {
    for (TrustStore.Entry entry : known) {
      if (entry.digest().equals(pair.digest())) {
        return Optional.of(InForce.Trusted.of(pair, Rule.CONTENT));
      }
    }
    return known.isEmpty()
        ? Optional.empty()
        : folder
            .pair(known.getLast(), personal)
            .map(last -> ChangedPair.judge(pair, last, personal));
  }

  private InForce together(InForce.Trusted first, Optional<ListFile> personal, TrustStore store) {
    if (!first.list().personal() || personal.isEmpty()) {
      return first;
    }
    InForce second = personal(personal.get(), store);
    if (!(second instanceof InForce.Trusted beside)) {
      return first.noting(second.text());
    }
    InForce.Trusted both = first.beside(beside);
    return beside.note().isPresent() ? both.noting(beside.note().get()) : both;
  }

  private InForce personal(ListFile file, TrustStore store) {
    return file.content()
        .either(
            unsound -> new InForce.Broken(unsound.problems()),
            sound -> {
              List<TrustStore.Entry> known = store.at(home.path().toString()).stream().toList();
              Optional<InForce.Trusted> judged = judged(sound.pair(), known, true);
              return judged.isPresent()
                  ? judged.get()
                  : new InForce.NotTrusted(
                      "The personal allow-list is not in force: its present content is not"
                          + " trusted. A person types in a terminal: gatekeeper allowlist trust"
                          + " --personal");
            });
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
      case ListFile.Sound(Pair pair) ->
          new Proposal(
              file,
              pair,
              folder
                  .believed()
                  .at(file.place().toString())
                  .flatMap(entry -> folder.pair(entry, file.personal())));
    };
  }

  /**
   * Puts what was proposed in force, for its place.
   *
   * @param proof of a person's presence; the vault that it opened signs
   */
  public Change trust(Proposal proposal, Project project, Presence proof, Instant now)
      throws TrustException, VaultException {
    ListFile file = proposal.file();
    TrustStore.Entry entry =
        new TrustStore.Entry(
            file.place().toString(),
            file.personal() ? Optional.empty() : project.repository().flatMap(GitIdentity::of),
            proposal.pair().digest(),
            Optional.empty(),
            now.truncatedTo(ChronoUnit.SECONDS).toString());
    return folder.replace(proof.vault(), proposal.pair(), store -> store.with(entry));
  }
}
