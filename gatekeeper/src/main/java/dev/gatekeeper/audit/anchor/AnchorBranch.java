package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.git.Git;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The branches of checkpoints in one repository. Reading needs no key and no log. */
public final class AnchorBranch {
  /** Of a branch: followed by the log id in lower-case hexadecimal. */
  public static final String NAME = "audit-anchors/";

  static final String HEADS = "refs/heads/";

  /** Commits that one process of git is asked for. */
  private static final int CHUNK = 1000;

  private final Git git;

  AnchorBranch(Git git) {
    this.git = git;
  }

  /**
   * The branches of the repository that {@code directory} lies in.
   *
   * @throws AnchorException when it lies in none
   */
  public static AnchorBranch in(Path directory) throws IOException, AnchorException {
    return new AnchorBranch(
        Git.in(directory)
            .orElseThrow(
                () ->
                    AnchorException.unknown(
                        directory + " is not in a git repository, or there is no git")));
  }

  /** All branches of checkpoints, those that were fetched from a remote too. */
  public List<String> all() throws IOException {
    byte[] refs =
        git.must(
            new byte[0],
            "for-each-ref",
            "--format=%(refname)",
            HEADS + NAME,
            "refs/remotes/*/" + NAME + "*");
    return new String(refs, StandardCharsets.UTF_8).lines().toList();
  }

  /** The commit that {@code ref} names. */
  Optional<String> tip(String ref) throws IOException {
    return ref.startsWith("-") || ref.contains("..")
        ? Optional.empty()
        : git.ask("rev-parse", "--verify", "--quiet", ref + "^{commit}");
  }

  /**
   * All anchors of a branch, oldest first, each checked against the one before.
   *
   * @throws AnchorException when there is no such branch, or one of them does not hold
   */
  public List<Anchor> read(String ref) throws IOException, AnchorException {
    List<Anchor> all = read(Optional.empty(), known(ref));
    named(ref, all.getFirst());
    return all;
  }

  /** Refuses what is not of the log that a branch is named after. */
  private static void named(String ref, Anchor anchor) throws AnchorException {
    int id = ref.lastIndexOf(NAME);
    if (id >= 0
        && !anchor
            .checkpoint()
            .origin()
            .equals(Format.ORIGIN + ref.substring(id + NAME.length()))) {
      throw AnchorException.broken(ref + " holds checkpoints of another log");
    }
  }

  /**
   * What a branch gained from {@code old} (all zeros: it is new) to {@code tip}.
   *
   * @param ref its name, which says whose log it may hold; without one it goes on holding the log
   *     that it held at {@code old}
   * @throws AnchorException when the newer one is not the older one with more behind it, or holds
   *     another log; or is all zeros: the branch was deleted; or the older one is, without a name
   */
  public List<Anchor> gained(Optional<String> ref, String old, String tip)
      throws IOException, AnchorException {
    if (tip.matches("0+")) {
      throw AnchorException.unknown(
          "the branch was deleted, and with it what was anchored up to commit "
              + old
              + ": put it back from there");
    }
    Optional<String> from = old.matches("0+") ? Optional.empty() : Optional.of(known(old));
    String commit = known(tip);
    List<Anchor> gained = read(from, commit);
    if (ref.isPresent()) {
      named(ref.get(), at(commit)); // All before it are of the same log.
    } else if (from.isEmpty()) {
      throw AnchorException.unknown(
          "whose log a new branch may hold is said by its name alone: name it beside --range");
    }
    return gained;
  }

  /** The refs below {@code prefix}, without it, each with its commit. */
  Map<String, String> tips(String prefix) throws IOException {
    byte[] refs =
        git.must(new byte[0], "for-each-ref", "--format=%(refname) %(objectname)", prefix);
    Map<String, String> tips = new TreeMap<>();
    for (String line : new String(refs, StandardCharsets.UTF_8).lines().toList()) {
      int space = line.indexOf(' ');
      tips.put(line.substring(prefix.length(), space), line.substring(space + 1));
    }
    return tips;
  }

  /** The checkpoints in commits, by commit, where there is one. None of them is judged. */
  Map<String, SignedCheckpoint> heads(List<String> commits) throws IOException {
    return Objects.checkpoints(git, commits);
  }

  /** The anchor that one commit is. It is not judged. */
  Anchor at(String commit) throws IOException, AnchorException {
    return Objects.read(git, List.of(commit)).getFirst().anchor();
  }

  private String known(String ref) throws IOException, AnchorException {
    return tip(ref)
        .orElseThrow(
            () -> AnchorException.unknown("there is no commit " + ref + " in the repository"));
  }

  List<Anchor> read(Optional<String> old, String tip) throws IOException, AnchorException {
    List<String> arguments = new ArrayList<>(List.of("rev-list", "--reverse", "--topo-order", tip));
    old.ifPresent(commit -> arguments.add("^" + commit));
    byte[] list = git.must(new byte[0], arguments.toArray(String[]::new));
    List<String> commits = new String(list, StandardCharsets.US_ASCII).lines().toList();
    if (commits.isEmpty() && !old.orElse("").equals(tip)) {
      throw AnchorException.broken("the branch goes back: commits were taken off its end");
    }
    List<Anchor> known = new ArrayList<>();
    if (old.isPresent()) {
      known.add(at(old.get()));
    }
    List<Anchor> all = new ArrayList<>();
    for (int from = 0; from < commits.size(); from += CHUNK) {
      List<String> some = commits.subList(from, Math.min(commits.size(), from + CHUNK));
      for (Objects.Commit commit : Objects.read(git, some)) {
        if (commit.anchor().loss().isPresent()
            && old.isPresent()
            && known.size() == all.size() + 1) {
          known.addAll(0, earlier(old.get())); // What is left may have been anchored long ago.
        }
        follow(commit, known);
        known.add(commit.anchor());
        all.add(commit.anchor());
      }
    }
    return all;
  }

  /** All before {@code commit}. */
  private List<Anchor> earlier(String commit) throws IOException, AnchorException {
    List<Anchor> all = read(Optional.empty(), commit);
    return all.subList(0, all.size() - 1);
  }

  private void follow(Objects.Commit commit, List<Anchor> known)
      throws IOException, AnchorException {
    String id = commit.anchor().commit();
    List<String> parents = known.isEmpty() ? List.of() : List.of(known.getLast().commit());
    if (!commit.parents().equals(parents)) {
      if (git.ask("rev-parse", "--is-shallow-repository").orElse("").equals("true")) {
        throw AnchorException.unknown(
            "the history of the branch is not all here: fetch it without a depth");
      }
      throw AnchorException.broken(
          "the branch was rewritten: commit " + id + " does not follow the one before");
    }
    Optional<String> fault = commit.anchor().fault(known);
    if (fault.isPresent()) {
      throw AnchorException.broken("commit " + id + " does not hold: " + fault.get());
    }
  }

  /** Whether {@code commit} is {@code tip} or before it. */
  boolean contains(String tip, String commit) throws IOException {
    return git.ask("merge-base", "--is-ancestor", commit, tip).isPresent();
  }

  /** Moves a ref from {@code old}; false when somebody else moved it meanwhile. */
  boolean move(String ref, Optional<String> old, String commit) throws IOException {
    String none = "0".repeat(commit.length());
    return git.ask("update-ref", "--no-deref", ref, commit, old.orElse(none)).isPresent();
  }

  /** Writes a commit that no ref names yet. */
  String write(Anchor anchor, Optional<String> parent) throws IOException {
    StringBuilder tree = new StringBuilder();
    entry(tree, Objects.CHECKPOINT, anchor.checkpoint().note());
    if (anchor.growth().isPresent()) {
      entry(tree, Objects.GROWTH, anchor.growth().get().print());
    }
    entry(tree, Objects.KEYS, anchor.keys().identity() + " " + anchor.keys().epoch() + "\n");
    if (anchor.loss().isPresent()) {
      entry(tree, Objects.LOSS, anchor.loss().get().print());
    }
    String id = id(git.must(bytes(tree.toString()), "mktree"));
    List<String> arguments = new ArrayList<>(List.of("commit-tree", id, "--no-gpg-sign"));
    parent.ifPresent(commit -> arguments.addAll(List.of("-p", commit)));
    String message = "audit: anchor " + anchor.checkpoint().size() + " records\n";
    return id(git.must(bytes(message), arguments.toArray(String[]::new)));
  }

  private void entry(StringBuilder tree, String name, String content) throws IOException {
    String blob = id(git.must(bytes(content), "hash-object", "-w", "--stdin"));
    tree.append("100644 blob ").append(blob).append('\t').append(name).append('\n');
  }

  private static String id(byte[] output) {
    return new String(output, StandardCharsets.US_ASCII).strip();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
