package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.proof.GrowthProof;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.proof.Prover;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.git.Git;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts the newest checkpoint of a log on its branch, and learns the heads of other logs. */
public final class Anchoring implements AutoCloseable {
  /** Tries against others who anchor the same log at the same time. */
  private static final int TRIES = 32;

  private final AnchorBranch branch;
  private final @Nullable Remote remote;
  private final Agreed agreed;
  private @Nullable Recorded recorded;

  /**
   * What a person agrees to.
   *
   * @param ownLoss to go on where the log says that it lost records that are anchored
   * @param losses commits, of this log or another one, that may give up anchored records, and ids
   *     of logs whose branches may be gone
   */
  public record Agreed(boolean ownLoss, List<String> losses) {}

  private Anchoring(Git git, @Nullable Remote remote, Agreed agreed) {
    this.agreed = agreed;
    this.branch = new AnchorBranch(git);
    this.remote = remote;
  }

  /**
   * Ready to anchor on the branches of a repository.
   *
   * @param repository a directory in it
   * @param named a remote; without one nothing leaves the repository
   */
  public static Anchoring in(
      Path repository, Optional<String> named, Map<String, String> environment, Agreed agreed)
      throws IOException, AnchorException {
    AnchorBranch.in(repository);
    Git git = Git.in(repository).orElseThrow();
    return new Anchoring(
        git, named.isEmpty() ? null : Remote.of(git, named.get(), environment), agreed);
  }

  /** Of the log: its newest checkpoint, made under its lock. */
  public interface Newest {
    SignedCheckpoint take() throws IOException;
  }

  /**
   * What was done.
   *
   * @param putBack what the remote had lost of the branch, and has again
   */
  public record Done(Anchor anchor, Optional<String> putBack) {}

  /**
   * Puts the newest checkpoint on the branch, here and at the remote.
   *
   * @param newest asked after the branch was read, so that it is never behind it but for a log that
   *     lost records
   * @throws AnchorException broken, when the log or the remote contradicts the branch
   */
  public Done anchor(Path log, Newest newest) throws IOException, AnchorException {
    String logId = newest.take().origin().substring(Format.ORIGIN.length());
    String ref = AnchorBranch.HEADS + AnchorBranch.NAME + logId;
    AnchorException refused =
        AnchorException.unknown(
            ref
                + " cannot be moved: others move it all the time, or a git that was killed left"
                + " its lock file");
    Optional<String> putBack = Optional.empty();
    boolean stale = true;
    for (int i = 0; i < TRIES; i++) {
      if (stale) {
        Optional<String> lost = adopt(ref, logId, log);
        putBack = putBack.or(() -> lost);
        stale = false;
      }
      Optional<Anchor> done = append(log, newest, ref);
      if (done.isPresent() && remote == null) {
        return new Done(done.get(), putBack);
      }
      if (done.isPresent() && remote != null) {
        try {
          remote.push(done.get().commit(), logId);
          return new Done(done.get(), putBack);
        } catch (AnchorException e) {
          // Another process may have pushed a later commit, with this one below it.
          refused = e;
          stale = true;
          String there = remote.fetch().get(logId);
          if (there != null && branch.contains(there, done.get().commit())) {
            return new Done(done.get(), putBack);
          }
          if (there == null || branch.contains(done.get().commit(), there)) {
            throw e;
          }
        }
      }
    }
    throw refused;
  }

  /**
   * Takes over what the remote has of the branch and this repository lacks.
   *
   * @return what the remote lost and is to get back with the next push
   */
  private Optional<String> adopt(String ref, String logId, Path log)
      throws IOException, AnchorException {
    String there = remote == null ? null : remote.fetch().get(logId);
    Optional<String> lost =
        remote == null ? Optional.empty() : lost(ref, there, recorded(log, remote), remote.shown());
    Optional<String> here = branch.tip(ref);
    if (there != null && (here.isEmpty() || !branch.contains(here.get(), there))) {
      List<Anchor> gained = branch.read(here, there);
      if (here.isPresent() && !agreed.ownLoss()) {
        Anchor.refuseLosses(gained, agreed.losses());
      }
      boolean _ = branch.move(ref, here, there);
    }
    return lost;
  }

  /**
   * Nobody but who may delete or force at the remote takes off it what the log says was anchored
   * there. A branch that began anew would contradict what others saw.
   */
  private Optional<String> lost(String ref, @Nullable String there, Recorded recorded, String where)
      throws IOException, AnchorException {
    Optional<Recorded.Own> own = recorded.own();
    if (own.isEmpty()
        || agreed.losses().contains(own.get().commit())
        || (there != null && branch.contains(there, own.get().commit()))) {
      return Optional.empty();
    }
    String commit = own.get().commit();
    String lost = where + " lost what was anchored there, " + own.get().size() + " records";
    Optional<String> here = branch.tip(ref);
    if (here.isEmpty() || !branch.contains(here.get(), commit)) {
      if (branch.tip(commit).isEmpty()) {
        throw AnchorException.broken(
            lost
                + ": anchor in a repository that has commit "
                + commit
                + "; who agrees that it is gone adds --accepted-loss "
                + commit);
      }
      List<Anchor> _ = branch.read(here, commit);
      boolean _ = branch.move(ref, here, commit);
    }
    return Optional.of(lost);
  }

  private Optional<Anchor> append(Path log, Newest newest, String ref)
      throws IOException, AnchorException {
    Optional<String> tip = branch.tip(ref);
    Optional<Anchor> before = Optional.empty();
    if (tip.isPresent()) {
      before = Optional.of(branch.at(tip.get()));
    }
    SignedCheckpoint head = newest.take();
    if (before.isPresent() && before.get().checkpoint().note().equals(head.note())) {
      return before;
    }
    List<Anchor> known = before.stream().toList();
    Anchor next = next(log, before, head);
    if (next.loss().isPresent()) {
      known = branch.read(Optional.empty(), tip.orElseThrow());
    }
    Optional<String> fault = next.fault(known);
    if (fault.isPresent()) {
      throw AnchorException.broken("the log contradicts " + ref + ": " + fault.get());
    }
    String commit = branch.write(next, tip);
    return branch.move(ref, tip, commit)
        ? Optional.of(new Anchor(commit, 0, head, next.keys(), next.growth(), next.loss()))
        : Optional.empty();
  }

  private Anchor next(Path log, Optional<Anchor> before, SignedCheckpoint head)
      throws IOException, AnchorException {
    Prover prover = Prover.of(log);
    InclusionProof.Keys keys = prover.keys(head);
    if (before.isEmpty()) {
      return new Anchor("", 0, head, keys, Optional.empty(), Optional.empty());
    }
    try {
      GrowthProof growth = grown(prover, before.get(), head);
      return new Anchor("", 0, head, keys, Optional.of(growth), Optional.empty());
    } catch (AnchorException e) {
      if (!agreed.ownLoss()) {
        throw e;
      }
      List<Anchor> all = branch.read(Optional.empty(), before.get().commit());
      return new AfterLoss(log, prover, head).anchor(all).orElseThrow(() -> e);
    }
  }

  private static GrowthProof grown(Prover prover, Anchor before, SignedCheckpoint head)
      throws AnchorException {
    if (before.checkpoint().size() > head.size()) {
      throw AnchorException.broken(
          before.checkpoint().size() + " records are anchored, the log has " + head.size());
    }
    try {
      return prover.growth(before.checkpoint(), head);
    } catch (IOException e) {
      throw AnchorException.broken("the log contradicts its anchor: " + e.getMessage());
    }
  }

  /**
   * What there is to tell of other logs at the remote: heads that were not seen before, and
   * branches that do not go on from what this repository or the own log saw, or are gone.
   *
   * @param log the own one, in which what was seen is recorded
   */
  public List<Peer> peers(Path log, String own) throws IOException, AnchorException {
    if (remote == null) {
      return List.of();
    }
    Map<String, String> there = remote.fetch();
    Peers peers = new Peers(branch, recorded(log, remote), agreed.losses());
    List<Peer> all = new ArrayList<>(peers.gone(own, there.keySet(), remote.shown()));
    all.addAll(peers.changed(own, there));
    return all;
  }

  private Recorded recorded(Path log, Remote at) throws IOException {
    if (recorded == null) {
      recorded = Recorded.of(log, at.shown());
    }
    return recorded;
  }

  /** Where it was anchored, for a record: the remote without user and password, or nothing. */
  public Optional<String> where() {
    return Optional.ofNullable(remote).map(Remote::shown);
  }

  @Override
  public void close() throws IOException {
    if (remote != null) {
      remote.close();
    }
  }
}
