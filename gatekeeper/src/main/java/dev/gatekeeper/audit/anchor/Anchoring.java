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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts the newest checkpoint of a log on its branch, and learns the heads of other logs. */
public final class Anchoring implements AutoCloseable {
  /** Tries against others who anchor the same log at the same time. */
  private static final int TRIES = 32;

  /** Logs of others that are looked at: a remote must not fill the log with its branches. */
  private static final int MAX_PEERS = 64;

  /** Outside of what git shows as branches: the heads of others that were seen. */
  private static final String PEERS = "refs/gatekeeper/peers/";

  private final Git git;
  private final AnchorBranch branch;
  private final @Nullable Remote remote;
  private final Agreed agreed;

  /**
   * What a person agrees to.
   *
   * @param ownLoss to go on where the log says that it lost records that are anchored
   * @param losses commits, of this log or another one, that may give up anchored records
   */
  public record Agreed(boolean ownLoss, List<String> losses) {}

  private Anchoring(Git git, @Nullable Remote remote, Agreed agreed) {
    this.agreed = agreed;
    this.git = git;
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
   * Puts the newest checkpoint on the branch, here and at the remote.
   *
   * @param newest asked after the branch was read, so that it is never behind it but for a log that
   *     lost records
   * @throws AnchorException broken, when the log or the remote contradicts the branch
   */
  public Anchor anchor(Path log, Newest newest) throws IOException, AnchorException {
    String logId = newest.take().origin().substring(Format.ORIGIN.length());
    String ref = AnchorBranch.HEADS + AnchorBranch.NAME + logId;
    AnchorException refused =
        AnchorException.unknown(
            ref
                + " cannot be moved: others move it all the time, or a git that was killed left"
                + " its lock file");
    boolean stale = true;
    for (int i = 0; i < TRIES; i++) {
      if (stale) {
        adopt(ref, logId);
        stale = false;
      }
      Optional<Anchor> done = append(log, newest, ref);
      if (done.isPresent() && remote == null) {
        return done.get();
      }
      if (done.isPresent() && remote != null) {
        try {
          remote.push(done.get().commit(), logId);
          return done.get();
        } catch (AnchorException e) {
          // Another process may have pushed a later commit, with this one below it.
          refused = e;
          stale = true;
          String there = remote.fetch().get(logId);
          if (there != null && branch.contains(there, done.get().commit())) {
            return done.get();
          }
          if (there == null || branch.contains(done.get().commit(), there)) {
            throw e;
          }
        }
      }
    }
    throw refused;
  }

  /** Takes over what the remote has of the branch and this repository lacks. */
  private void adopt(String ref, String logId) throws IOException, AnchorException {
    String there = remote == null ? null : remote.fetch().get(logId);
    Optional<String> here = branch.tip(ref);
    if (there == null || (here.isPresent() && branch.contains(here.get(), there))) {
      return;
    }
    List<Anchor> gained = branch.read(here, there);
    if (here.isPresent() && !agreed.ownLoss()) {
      Anchor.refuseLosses(gained, agreed.losses());
    }
    boolean _ = branch.move(ref, here, there);
  }

  private Optional<Anchor> append(Path log, Newest newest, String ref)
      throws IOException, AnchorException {
    Optional<String> tip = branch.tip(ref);
    Optional<Anchor> before = Optional.empty();
    if (tip.isPresent()) {
      before = Optional.of(Objects.read(git, List.of(tip.get())).getFirst().anchor());
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
   * Another log.
   *
   * @param head its newest anchor; nothing when there is a fault
   * @param fault why its branch cannot be believed
   * @param first whether nothing was seen of it before, so that all of its branch is its own word
   * @param losses what its branch gives up, of what is seen for the first time
   */
  public record Peer(
      String logId,
      Optional<Anchor> head,
      Optional<String> fault,
      boolean first,
      List<String> losses) {}

  /**
   * The heads of other logs that the remote has and that were not seen before. One whose branch
   * gives up anchored records, after what was seen of it, is not taken for seen until a person
   * agrees: somebody else may have its machine, and have rewritten its log.
   */
  public List<Peer> peers(String own) throws IOException, AnchorException {
    Map<String, String> there = remote == null ? Map.of() : remote.fetch();
    Map<String, Optional<String>> moved = new LinkedHashMap<>();
    for (Map.Entry<String, String> one : there.entrySet()) {
      Optional<String> seen = branch.tip(PEERS + one.getKey());
      if (!one.getKey().equals(own) && !seen.equals(Optional.of(one.getValue()))) {
        moved.put(one.getKey(), seen);
      }
    }
    // Logs that were seen come first: a crowd of new ones must not hide one that was rewritten.
    List<String> order = new ArrayList<>(moved.keySet());
    order.sort(
        Comparator.comparing(logId -> moved.getOrDefault(logId, Optional.empty()).isEmpty()));
    List<Peer> peers = new ArrayList<>();
    for (String logId : order.subList(0, Math.min(order.size(), MAX_PEERS))) {
      peers.add(
          peer(logId, there.getOrDefault(logId, ""), moved.getOrDefault(logId, Optional.empty())));
    }
    return peers;
  }

  private Peer peer(String logId, String commit, Optional<String> seen) throws IOException {
    try {
      List<Anchor> gained = branch.read(seen, commit);
      Anchor head = gained.getLast();
      if (!head.checkpoint().origin().equals(Format.ORIGIN + logId)) {
        throw AnchorException.broken("it holds another log");
      }
      if (seen.isPresent()) {
        Anchor.refuseLosses(gained, agreed.losses());
      }
      boolean _ = branch.move(PEERS + logId, seen, commit);
      List<String> losses = gained.stream().flatMap(it -> it.givenUp().stream()).toList();
      return new Peer(logId, Optional.of(head), Optional.empty(), seen.isEmpty(), losses);
    } catch (AnchorException e) {
      return new Peer(logId, Optional.empty(), Optional.of(e.text()), seen.isEmpty(), List.of());
    }
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
