package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.git.Git;
import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.trust.follow.BranchTip;
import dev.gatekeeper.trust.follow.FollowException;
import dev.gatekeeper.trust.follow.FollowRule;
import dev.gatekeeper.trust.follow.Tokens;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.vault.text.VaultException;
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
  private volatile @Nullable String obstacle;

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
  public Proposal bind(Upstream upstream, Tokens tokens)
      throws TrustException, VaultException, IOException {
    GitIdentity git =
        project
            .repository()
            .flatMap(GitIdentity::of)
            .orElseThrow(
                () -> new TrustException("only a repository with a commit can follow a branch"));
    return proposal(upstream, git.root(), git.root(), tokens);
  }

  /** What a person takes over of the branch as it is now. */
  public Proposal update(Tokens tokens) throws TrustException, VaultException, IOException {
    FollowRule rule =
        rule(folder.believed())
            .orElseThrow(() -> new TrustException("this project follows no branch"));
    return proposal(rule.upstream(), rule.root(), rule.tip(), tokens);
  }

  /** The branch that the project follows; nobody is asked. Empty as well where trust is broken. */
  public Optional<Upstream> upstream() {
    try {
      return rule(folder.read()).map(FollowRule::upstream);
    } catch (TrustException | VaultException e) {
      return Optional.empty(); // it says so itself
    }
  }

  private Optional<FollowRule> rule(TrustStore store) {
    return store.last(project).flatMap(TrustStore.Entry::follow);
  }

  /**
   * Asks the remote and remembers what it says, for {@link #inForce}. Without an answer what was
   * remembered stays, and {@link #obstacle} says why there is none.
   *
   * @return the commit that is remembered; empty where the project follows no branch
   */
  public Optional<String> refresh(Tokens tokens) {
    try {
      Optional<FollowRule> rule = rule(folder.read());
      if (rule.isEmpty()) {
        seen = null;
      } else {
        Upstream upstream = rule.get().upstream();
        BranchTip tip = ask(upstream, rule.get().tip(), tokens);
        seen = new Seen(upstream, tip.commit(), pair(tip));
      }
      obstacle = null;
    } catch (TrustException | VaultException | IOException e) {
      obstacle = String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      // Who asks does so for as long as the process lives; a fault of ours must not end that
      // unsaid.
      obstacle = "asking it failed (" + e.getClass().getSimpleName() + ")";
    }
    Seen now = seen;
    return now == null ? Optional.empty() : Optional.of(now.commit());
  }

  /** Why the remote gave no answer when it was asked last: a clause, for a person. */
  public Optional<String> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  /** What is in force, by what the remote said last, with a note why it did not. Asks nobody. */
  public InForce inForce(Trust trust) {
    Seen now = seen;
    boolean bound = now != null && upstream().equals(Optional.of(now.upstream()));
    InForce inForce =
        now != null && bound
            ? trust.inForce(project, Optional.of(now.pair()))
            : trust.inForce(project);
    Optional<String> why = obstacle();
    return why.isPresent() && inForce instanceof InForce.Trusted trusted
        ? trusted.noting(
            bound
                ? "The followed branch counts as it was when it answered last: " + why.get() + "."
                : "The followed branch does not count now: " + why.get() + ".")
        : inForce;
  }

  private Proposal proposal(Upstream upstream, String root, String since, Tokens tokens)
      throws TrustException, VaultException, IOException {
    BranchTip tip = ask(upstream, since, tokens);
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

  private BranchTip ask(Upstream upstream, String since, Tokens tokens)
      throws TrustException, IOException {
    String below =
        project.repository().map(top -> top.relativize(project.directory()).toString()).orElse("");
    String name = PairDigest.of(upstream.url()).substring("sha256:".length());
    Path mirror = home.resolve("mirrors").resolve(name);
    try {
      return BranchTip.ask(upstream, since, below, mirror, person, tokens);
    } catch (FollowException e) {
      throw new TrustException(e.getMessage());
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
