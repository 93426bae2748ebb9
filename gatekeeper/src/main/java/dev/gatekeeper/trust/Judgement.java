package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.files.Home;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which of the lists that were read is in force, by what a person trusted, by signatures, and by a
 * branch that is followed. Whoever asks has read everything; nothing is read here but signatures
 * and the texts that were trusted last.
 */
final class Judgement {
  private final Home home;
  private final TrustFolder folder;
  private final TrustStore store;
  private final Optional<Pair> tip;
  private final Instant now;

  /**
   * By one reading of the store.
   *
   * @param tip what a followed branch is known to have
   * @param now by which keys of reviewers are valid
   */
  Judgement(Home home, TrustFolder folder, TrustStore store, Optional<Pair> tip, Instant now) {
    this.home = home;
    this.folder = folder;
    this.store = store;
    this.tip = tip;
    this.now = now;
  }

  /** Of a project's list, with the person's own beside it where there is one. */
  InForce own(Project project, ListFile file, Optional<ListFile> personal) {
    return file.content()
        .either(
            unsound -> new InForce.Broken(unsound.problems()),
            sound -> {
              List<TrustStore.Entry> known = store.known(project);
              Optional<InForce.Trusted> judged = judged(sound.pair(), known, Optional.of(project));
              return judged.isPresent()
                  ? together(
                      judged.get().dialog(store.dialogAt(project.directory())),
                      personal,
                      () -> reserved(judged.get(), known))
                  : new InForce.NotTrusted(
                      (known.isEmpty()
                              ? "Nobody has trusted this project's allow-list yet"
                              : "The allow-list changed since it was trusted")
                          + ", so nothing of it is in force. A person reads it and types in a"
                          + " terminal: gatekeeper allowlist trust");
            });
  }

  /**
   * What is in force of one list.
   *
   * @param project empty for a person's own list, which nobody else signs
   */
  private Optional<InForce.Trusted> judged(
      Pair pair, List<TrustStore.Entry> known, Optional<Project> project) {
    Optional<Pair> branch = project.isPresent() ? tip : Optional.empty();
    if (branch.isPresent() && branch.get().digest().equals(pair.digest())) {
      return Optional.of(InForce.Trusted.of(pair, Rule.FOLLOWED));
    }
    for (TrustStore.Entry entry : known) {
      if (entry.digest().equals(pair.digest())) {
        return Optional.of(InForce.Trusted.of(pair, Rule.CONTENT));
      }
    }
    if (known.isEmpty()) {
      return Optional.empty();
    }
    TrustStore.Entry last = known.getLast();
    if (project.isPresent() && last.review().isPresent() && last.git().isPresent()) {
      Optional<SignedPair> signed =
          SignedPair.find(project.get(), pair, last.git().get(), last.review().get(), now);
      if (signed.isPresent()) {
        return Optional.of(signed.get().inForce(pair));
      }
    }
    if (branch.isPresent()) {
      return Optional.of(ChangedPair.judge(pair, branch.get(), Rule.FOLLOWED, false));
    }
    return folder
        .pair(last, project.isEmpty())
        .map(trusted -> ChangedPair.judge(pair, trusted, Rule.LAST, project.isEmpty()));
  }

  /**
   * Lists whose names a personal entry does not take, beside those of the list in force: what
   * removes a server without a person's word puts no other in its place. Empty where the texts that
   * would tell are gone.
   */
  private Optional<List<AllowList>> reserved(InForce.Trusted judged, List<TrustStore.Entry> known) {
    if (judged.rule() == Rule.CONTENT) {
      return Optional.of(List.of());
    }
    Optional<Pair> last = known.isEmpty() ? Optional.empty() : folder.pair(known.getLast(), false);
    if (last.isEmpty()) {
      return Optional.empty();
    }
    List<AllowList> lists = new ArrayList<>(List.of(last.get().list()));
    tip.ifPresent(pair -> lists.add(pair.list()));
    return Optional.of(lists);
  }

  private InForce together(
      InForce.Trusted first,
      Optional<ListFile> personal,
      Supplier<Optional<List<AllowList>>> reserved) {
    if (!first.list().personal() || personal.isEmpty()) {
      return first;
    }
    InForce second = personal(personal.get());
    if (!(second instanceof InForce.Trusted beside)) {
      return first.noting(second.text());
    }
    Optional<List<AllowList>> names = reserved.get();
    if (names.isEmpty()) {
      return first.noting(
          "The personal allow-list does not count: which names it may take here is not known. A"
              + " person types in a terminal: gatekeeper allowlist trust");
    }
    InForce.Trusted both = first.beside(beside, names.get());
    return beside.note().isPresent() ? both.noting(beside.note().get()) : both;
  }

  /** Of a person's own list alone; no branch has a say in it. */
  InForce personal(ListFile file) {
    return file.content()
        .either(
            unsound -> new InForce.Broken(unsound.problems()),
            sound -> {
              List<TrustStore.Entry> known = store.at(home.path().toString()).stream().toList();
              Optional<InForce.Trusted> judged = judged(sound.pair(), known, Optional.empty());
              return judged.isPresent()
                  ? judged.get()
                  : new InForce.NotTrusted(
                      "The personal allow-list is not in force: its present content is not"
                          + " trusted. A person types in a terminal: gatekeeper allowlist trust"
                          + " --personal");
            });
  }
}
