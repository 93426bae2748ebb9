package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.git.Git;
import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.trust.follow.BranchTip;
import dev.gatekeeper.trust.follow.FollowException;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.vault.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A project that follows a branch of a remote. Every method asks the remote, which takes a second
 * or fails after a minute; nothing of it is on the way of a starting session.
 *
 * <p>What the remote said is believed by the process that asked, and is not written down for
 * others: a copy on this machine is the agent's to write. What outlasts the process is what a
 * person took over, in the trust store.
 */
public final class Following {
  private final Home home;
  private final Project project;
  private final Map<String, String> person;
  private final TrustFolder folder;
  private volatile @Nullable Seen seen;

  /** What the remote said last, while this process lives. */
  private record Seen(Upstream upstream, String commit, Pair pair) {}

  /**
   * @param person environment of the person
   */
  public Following(Home home, Project project, Map<String, String> person) {
    this.home = home;
    this.project = project;
    this.person = person;
    this.folder = new TrustFolder(home);
  }

  /** Where the repository says that it came from: a suggestion, which a person reads. */
  public Optional<String> origin() throws IOException {
    Optional<Git> git =
        project.repository().isEmpty() ? Optional.empty() : Git.in(project.repository().get());
    return git.isEmpty() ? Optional.empty() : GitIdentity.remote(git.get());
  }

  /**
   * What a person binds the project to: the tip's pair, and the branch for the time to come.
   *
   * @throws TrustException where it is no branch of this repository, or holds no sound list
   */
  public Proposal bind(Upstream upstream) throws TrustException, VaultException, IOException {
    GitIdentity git =
        project
            .repository()
            .flatMap(GitIdentity::of)
            .orElseThrow(
                () -> new TrustException("only a repository with a commit can follow a branch"));
    return proposal(upstream, git.root(), git.root());
  }

  /** What a person takes over of the branch as it is now. */
  public Proposal update() throws TrustException, VaultException, IOException {
    FollowRule rule =
        folder
            .believed()
            .last(project)
            .flatMap(TrustStore.Entry::follow)
            .orElseThrow(() -> new TrustException("this project follows no branch"));
    return proposal(rule.upstream(), rule.root(), rule.tip());
  }

  /**
   * What is in force for the project, the branch as it is now included; without an answer of the
   * remote, what {@link Trust#inForce(Project)} says, with a note.
   */
  public InForce now(Trust trust) {
    Optional<FollowRule> rule;
    try {
      rule = folder.read().last(project).flatMap(TrustStore.Entry::follow);
    } catch (TrustException | VaultException e) {
      rule = Optional.empty(); // it says so itself
    }
    if (rule.isEmpty()) {
      return trust.inForce(project);
    }
    try {
      BranchTip tip = ask(rule.get().upstream(), rule.get().tip());
      return trust.inForce(project, Optional.of(pair(tip)));
    } catch (TrustException | IOException e) {
      InForce without = trust.inForce(project);
      return without instanceof InForce.Trusted trusted
          ? trusted.noting("The followed branch does not count now: " + e.getMessage() + ".")
          : without;
    }
  }

  /**
   * Asks the remote and remembers what it says, for {@link #inForce}. Without an answer what was
   * remembered stays.
   *
   * @return the commit that is remembered; empty where the project follows no branch
   */
  public Optional<String> refresh() {
    try {
      Optional<FollowRule> rule = folder.read().last(project).flatMap(TrustStore.Entry::follow);
      if (rule.isEmpty()) {
        seen = null;
      } else {
        BranchTip tip = ask(rule.get().upstream(), rule.get().tip());
        seen = new Seen(rule.get().upstream(), tip.commit(), pair(tip));
      }
    } catch (TrustException | VaultException | IOException e) {
      // It stays as it was; a person who asks by --update is told why.
    }
    Seen now = seen;
    return now == null ? Optional.empty() : Optional.of(now.commit());
  }

  /** What is in force, by what the remote said last. Asks nobody. */
  public InForce inForce(Trust trust) {
    Seen now = seen;
    if (now == null) {
      return trust.inForce(project);
    }
    try {
      Optional<FollowRule> rule = folder.read().last(project).flatMap(TrustStore.Entry::follow);
      boolean bound = rule.isPresent() && rule.get().upstream().equals(now.upstream());
      return trust.inForce(project, bound ? Optional.of(now.pair()) : Optional.empty());
    } catch (TrustException | VaultException e) {
      return trust.inForce(project); // it says why
    }
  }

  private Proposal proposal(Upstream upstream, String root, String since)
      throws TrustException, VaultException, IOException {
    BranchTip tip = ask(upstream, since);
    Pair pair = pair(tip);
    Optional<TrustStore.Entry> last = folder.believed().last(project);
    return new Proposal(
        new ListFile(project.directory(), project.list(), false, new ListFile.Sound(pair)),
        pair,
        last.flatMap(entry -> folder.pair(entry, false)),
        last.flatMap(TrustStore.Entry::review),
        Optional.of(new FollowRule(upstream, root, tip.commit())),
        last.map(TrustStore.Entry::dialog).orElse(false));
  }

  private BranchTip ask(Upstream upstream, String since) throws TrustException, IOException {
    String below =
        project.repository().map(top -> top.relativize(project.directory()).toString()).orElse("");
    String name = PairDigest.of(upstream.url()).substring("sha256:".length());
    Path mirror = home.resolve("mirrors").resolve(name);
    try {
      return BranchTip.ask(upstream, since, below, mirror, person);
    } catch (FollowException e) {
      throw new TrustException(String.valueOf(e.getMessage()));
    }
  }

  private static Pair pair(BranchTip tip) throws TrustException {
    try {
      return ListFile.parse(tip.list(), tip.lock(), false, "the branch's " + Project.LIST);
    } catch (AllowListException e) {
      throw new TrustException(e.problems().getFirst().toString());
    }
  }
}
