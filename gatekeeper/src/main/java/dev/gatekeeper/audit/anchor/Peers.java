package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The branches of other logs at a remote, compared with what was seen of them before: by this
 * repository, which keeps the newest commit of each, and by the own log, which knows what other
 * clones saw.
 */
final class Peers {
  /** Logs that are looked at: a remote must not fill the own log with its branches. */
  private static final int MAX_PEERS = 64;

  /** Outside of what git shows as branches: the heads of others that were seen. */
  private static final String REFS = "refs/gatekeeper/peers/";

  private final AnchorBranch branch;
  private final Recorded recorded;
  private final List<String> accepted;
  private final Map<String, String> refs;

  /**
   * @param accepted commits that may give up what was seen, and logs whose branches may be gone
   */
  Peers(AnchorBranch branch, Recorded recorded, List<String> accepted) throws IOException {
    this.branch = branch;
    this.recorded = recorded;
    this.accepted = accepted;
    this.refs = branch.tips(REFS);
    refs.keySet().removeIf(id -> !id.matches("[0-9a-f]{32}"));
  }

  /** The logs whose branch is not there any more. */
  List<Peer> gone(String own, Set<String> there, String remote) {
    Set<String> seen = new LinkedHashSet<>(recorded.expected());
    // What the log does not know may be from another remote; and others write refs than we.
    refs.keySet().stream()
        .filter(id -> !recorded.isPlaced(id) && !there.contains(id))
        .limit(MAX_PEERS)
        .forEach(seen::add);
    seen.removeAll(there);
    seen.remove(own);
    return seen.stream().map(id -> gone(id, remote)).toList();
  }

  private Peer gone(String id, String remote) {
    String gone = "its branch is gone at " + remote;
    return accepted.contains(id)
        ? Peer.gone(id, gone)
        : Peer.broken(
            id,
            gone
                + ", where it was seen before: put it back from "
                + (REFS + id)
                + " of a repository that has it; who agrees that it is gone adds --accepted-loss "
                + id,
            recorded.log(id));
  }

  /**
   * The logs of which there is something to tell.
   *
   * @param there the newest commit of each branch, by log id
   */
  List<Peer> changed(String own, Map<String, String> there) throws IOException {
    List<String> ids = new ArrayList<>(there.keySet());
    ids.remove(own);
    // Logs that were seen come first: a crowd of new ones must not hide one that was rewritten.
    ids.sort(Comparator.comparing(this::isNew));
    Map<String, SignedCheckpoint> heads =
        branch.heads(
            refs.entrySet().stream()
                .filter(it -> it.getValue().equals(there.get(it.getKey())))
                .map(Map.Entry::getValue)
                .toList());
    List<Peer> peers = new ArrayList<>();
    for (String id : ids) {
      if (peers.size() == MAX_PEERS) {
        break;
      }
      String tip = there.getOrDefault(id, "");
      Recorded.Known known = recorded.log(id);
      boolean seen = tip.equals(refs.get(id)) && known.isAt(Optional.ofNullable(heads.get(tip)));
      if (!seen || !known.newest().equals(known.largest())) {
        Peer peer = judge(id, tip, known);
        if (peer.isOdd() || !known.isAt(peer.head().map(Anchor::checkpoint))) {
          peers.add(peer);
        }
      }
    }
    return peers;
  }

  private Optional<String> sight(String id) {
    if (!isNew(id)) {
      return Optional.empty();
    }
    return Optional.of(
        recorded
            .log(id)
            .elsewhere()
            .map(
                it ->
                    "first seen at this remote ("
                        + it.size()
                        + " records elsewhere, n "
                        + it.n()
                        + ")")
            .orElse("seen for the first time"));
  }

  private boolean isNew(String id) {
    return !refs.containsKey(id) && recorded.log(id).newest().isEmpty();
  }

  /**
   * One whose branch gives up anchored records, after what was seen of it, is not taken for seen
   * until a person agrees: somebody else may have its machine, and have rewritten its log. Nor is
   * one whose branch does not hold what was seen.
   */
  private Peer judge(String id, String tip, Recorded.Known known) throws IOException {
    Optional<String> ref = Optional.ofNullable(refs.get(id));
    Optional<String> anew = Optional.empty();
    try {
      List<Anchor> all;
      int from = 0;
      try {
        // What the log says a person gave up is given up in each clone.
        boolean old = known.anew() && ref.isPresent() && !branch.contains(tip, ref.get());
        all = since(id, old ? Optional.empty() : ref, tip, known);
        from = unseen(all, ref, known);
      } catch (AnchorException e) {
        if (isNew(id) || !e.isBroken()) {
          throw e;
        }
        all = anew(id, tip, e);
        anew = Optional.of("what was seen of it before is given up: " + e.text());
      }
      List<Anchor> gained = all.subList(from, all.size());
      if (from > 0) {
        Anchor.refuseLosses(gained, accepted);
      }
      boolean _ = branch.move(REFS + id, ref, tip);
      List<String> losses = gained.stream().flatMap(it -> it.givenUp().stream()).toList();
      return new Peer(
          id, Optional.of(all.getLast()), Optional.empty(), "", sight(id), anew, losses);
    } catch (AnchorException e) {
      return Peer.broken(id, e.text(), known);
    }
  }

  /** The end of a branch, from the oldest anchor on that was seen; all of it where none was. */
  private List<Anchor> since(String id, Optional<String> ref, String tip, Recorded.Known known)
      throws IOException, AnchorException {
    List<Anchor> all = new ArrayList<>();
    if (ref.isPresent() && !ref.get().equals(tip)) {
      all.add(branch.at(ref.get()));
      all.addAll(branch.read(ref, tip));
    }
    if (all.isEmpty() || missing(all, known).isPresent()) {
      all = branch.read(Optional.empty(), tip);
    }
    ofLog(id, all);
    Optional<Recorded.Head> missing = missing(all, known);
    if (missing.isPresent()) {
      throw AnchorException.broken(
          "the branch was rewritten, or cut: the "
              + missing.get().size()
              + " records that this log saw before (n "
              + missing.get().n()
              + ") are not anchored there");
    }
    return all;
  }

  /** A branch that does not go on from what was seen, where a person agreed to what it is now. */
  private List<Anchor> anew(String id, String tip, AnchorException why)
      throws IOException, AnchorException {
    List<Anchor> all;
    try {
      all = branch.read(Optional.empty(), tip);
      ofLog(id, all);
    } catch (AnchorException e) {
      throw why; // There is nothing to agree to.
    }
    if (!accepted.contains(tip)) {
      throw AnchorException.broken(why.text() + "; who agrees adds --accepted-loss " + tip);
    }
    return all;
  }

  private static void ofLog(String id, List<Anchor> all) throws AnchorException {
    if (!all.getLast().checkpoint().origin().equals(Format.ORIGIN + id)) {
      throw AnchorException.broken("it holds another log");
    }
  }

  /** A branch has each head that was seen of it as a commit for ever: nothing is taken off it. */
  private static Optional<Recorded.Head> missing(List<Anchor> all, Recorded.Known known) {
    return Stream.concat(known.newest().stream(), known.largest().stream())
        .filter(head -> all.stream().noneMatch(it -> head.is(it.checkpoint())))
        .findFirst();
  }

  /** Where begins what nobody saw: behind what the own log says, or else the repository. */
  private static int unseen(List<Anchor> all, Optional<String> ref, Recorded.Known known) {
    for (int i = 0; i < all.size(); i++) {
      Anchor one = all.get(i);
      if (known.newest().isPresent()
          ? known.newest().get().is(one.checkpoint())
          : ref.equals(Optional.of(one.commit()))) {
        return i + 1;
      }
    }
    return 0;
  }
}
