package dev.gatekeeper.trust;

import static dev.gatekeeper.trust.follow.PrivateBranch.git;
import static dev.gatekeeper.vault.VaultFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.files.Folder;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.follow.Tokens;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A remote in a folder, a clone, and what an agent tries in the clone and around it. */
final class FollowingTest {
  private static final String NARROW = list("get_*");
  private static final String WIDE = list("*");

  @TempDir Path folder;
  private Home home;
  private Path remote;
  private Path colleague;
  private Path clone;

  private static String list(String tools) {
    return """
    {"version": 1, "mcpServers": {"weather": {
      "command": "/bin/cat", "tools": {"allow": ["%s"]}}}}
    """
        .formatted(tools);
  }

  @BeforeEach
  void layOut() throws Exception {
    Tools.require("git");
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
    remote = folder.resolve("remote.git");
    git(folder, "init", "-q", "--bare", "-b", "main", remote.toString());
    colleague = folder.resolve("colleague");
    git(folder, "clone", "-q", remote.toString(), colleague.toString());
    publish(NARROW);
    clone = folder.resolve("clone");
    git(folder, "clone", "-q", remote.toString(), clone.toString());
    bind();
  }

  private void publish(String list) throws Exception {
    write(colleague, list);
    git(colleague, "add", ".");
    git(colleague, "commit", "-q", "-m", "list");
    git(colleague, "push", "-q", "origin", "HEAD:main");
  }

  private static void write(Path project, String list) throws Exception {
    Files.createDirectories(project.resolve(".gatekeeper"));
    Files.writeString(project.resolve(".gatekeeper/allowlist.json"), list);
  }

  private Following following() throws Exception {
    return new Following(home, Project.find(clone), Map.of());
  }

  /** By what the remote says now. */
  private InForce now(Following following) {
    following.refresh(Tokens.NONE);
    return following.inForce(new Trust(home));
  }

  private void trust(Proposal proposal) throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      new Trust(home).trust(proposal, Project.find(clone), vault.presence(), NOW);
    }
  }

  private void bind() throws Exception {
    trust(following().bind(Upstream.of("file://" + remote, "main"), Tokens.NONE));
  }

  private void isInForce(String list, Rule rule) throws Exception {
    assertThat(now(following()))
        .isInstanceOfSatisfying(
            InForce.Trusted.class,
            trusted -> {
              assertThat(trusted.list().digest()).isEqualTo(PairDigest.of(list));
              assertThat(trusted.rule()).isEqualTo(rule);
            });
  }

  @Test
  void whatTheBranchHasIsInForce() throws Exception {
    isInForce(NARROW, Rule.FOLLOWED);
    publish(WIDE);
    isInForce(NARROW, Rule.CONTENT); // the work tree has what a person took over
    write(clone, WIDE);

    isInForce(WIDE, Rule.FOLLOWED);
    assertThat(new Trust(home).inForce(Project.find(clone)).list().digest())
        .as("without asking the remote")
        .isEqualTo(PairDigest.of(NARROW));
  }

  @Test
  void aServerThatTheBranchDropsDoesNotGiveWayToThePersonalOneOfItsName() throws Exception {
    Files.writeString(home.resolve("allowlist.json"), WIDE);
    trust(new Trust(home).propose(Project.find(clone), true));
    String none = "{\"version\": 1, \"mcpServers\": {}}";
    publish(none);
    write(clone, none);

    assertThat(now(following()))
        .isInstanceOfSatisfying(
            InForce.Trusted.class,
            trusted -> {
              assertThat(trusted.rule()).isEqualTo(Rule.FOLLOWED);
              assertThat(trusted.list().servers()).isEmpty();
            });
    trust(following().update(Tokens.NONE));
    assertThat(now(following()).list().servers()).isNotEmpty();
  }

  @Test
  void theLockOfTheBranchIsInForceWithItsList() throws Exception {
    Files.writeString(colleague.resolve(".gatekeeper/allowlist.lock.json"), "{}");
    publish(WIDE);
    write(clone, WIDE);
    isInForce(WIDE, Rule.FOLLOWED);
    assertThat(now(following()).lockDigest()).contains(PairDigest.of("{}"));
  }

  @Test
  void anEditInTheWorkTreeLeavesTheBranchInForce() throws Exception {
    publish(list("list_*"));
    write(clone, WIDE);

    isInForce(list("list_*"), Rule.FOLLOWED);
  }

  /** The form of a rule without a token is the one from before there were tokens. */
  @Test
  void aRuleWithoutATokenIsReadAsItWasAlwaysWritten() throws Exception {
    String tip = git(remote, "rev-parse", "main");
    String rule =
        "\"follow\":{\"url\":\"file://%s\",\"branch\":\"main\",\"root\":\"%s\",\"tip\":\"%s\"}}],"
            .formatted(remote, tip, tip);
    assertThat(Files.readString(home.resolve("trust.json"))).contains(rule);
    assertThat(following().upstream()).contains(Upstream.of("file://" + remote, "main"));
  }

  @Test
  void updateTakesOverWhatTheBranchHasNow() throws Exception {
    publish(WIDE);
    Proposal proposal = following().update(Tokens.NONE);
    assertThat(proposal.before().orElseThrow().text()).isEqualTo(NARROW);
    trust(proposal);
    write(clone, WIDE);

    assertThat(new Trust(home).inForce(Project.find(clone)).list().digest())
        .isEqualTo(PairDigest.of(WIDE));
  }

  @Test
  void aForgedRemoteTipChangesNothing() throws Exception {
    commitInClone();
    git(clone, "update-ref", "refs/remotes/origin/main", "HEAD");
    git(clone, "update-ref", "refs/heads/main", "HEAD");

    isInForce(NARROW, Rule.FOLLOWED);
  }

  @Test
  void anotherUrlOfTheRemoteChangesNothing() throws Exception {
    commitInClone();
    git(clone, "remote", "set-url", "origin", "file://" + clone);

    isInForce(NARROW, Rule.FOLLOWED);
  }

  @Test
  void insteadOfChangesNothing() throws Exception {
    commitInClone();
    String key = "url.file://" + clone + ".insteadOf";
    git(clone, "config", key, "file://" + remote);
    for (Path mirror : mirrors()) {
      git(folder, "config", "--file", mirror.resolve("config").toString(), key, "file://" + remote);
    }
    Files.writeString(
        folder.resolve(".gitconfig"),
        "[url \"file://" + clone + "\"]\n  insteadOf = file://" + remote + "\n");
    Following following =
        new Following(
            home,
            Project.find(clone),
            Map.of("HOME", folder.toString(), "GIT_CONFIG_GLOBAL", folder + "/.gitconfig"));

    assertThat(now(following).list().digest()).isEqualTo(PairDigest.of(NARROW));
  }

  @Test
  void aForgedMirrorChangesNothing() throws Exception {
    String forged = commitInClone();
    for (Path mirror : mirrors()) {
      git(mirror, "init", "-q", "--bare", mirror.toString());
      git(mirror, "fetch", "-q", clone.toString(), "HEAD");
      git(mirror, "update-ref", "refs/heads/main", forged);
      git(mirror, "replace", git(remote, "rev-parse", "main"), forged);
    }

    isInForce(NARROW, Rule.FOLLOWED);
  }

  @Test
  void anObjectOfTheMirrorThatWasAlteredIsNotBelievedAndComesAgain() throws Exception {
    String blob = git(remote, "rev-parse", "main:.gatekeeper/allowlist.json");
    write(clone, WIDE);
    String forged = git(clone, "hash-object", "-w", ".gatekeeper/allowlist.json");
    Path content = object(clone.resolve(".git"), forged);
    for (Path mirror : mirrors()) {
      git(mirror, "init", "-q", "--bare", mirror.toString());
      Path placed = object(mirror, blob);
      Files.createDirectories(placed.getParent());
      Files.deleteIfExists(placed);
      Files.copy(content, placed);
      try (var packs = Files.walk(mirror.resolve("objects/pack"))) {
        for (Path pack : packs.filter(Files::isRegularFile).toList()) {
          Path kept = folder.resolve(pack.getFileName().toString());
          Files.move(pack, kept);
          if (kept.toString().endsWith(".pack")) {
            unpack(mirror, kept);
          }
        }
      }
    }

    Following following = following();
    assertThat(now(following).list().digest()).isEqualTo(PairDigest.of(NARROW));
    assertThat(following.obstacle()).isEmpty();
  }

  /** Else whoever can write there has a list in force that the branch has taken back. */
  @Test
  void aMirrorThatLacksSomethingIsFilledAgain() throws Exception {
    publish(list("list_*"));
    Path mirror = mirrors().getFirst();
    String since = git(remote, "rev-parse", "main~1");
    for (String left : new String[] {since, git(remote, "rev-parse", "main")}) {
      Folder.delete(mirror);
      for (String id : new String[] {since, left}) {
        Path placed = object(mirror, id);
        Files.createDirectories(placed.getParent());
        Files.copy(object(remote, id), placed, StandardCopyOption.REPLACE_EXISTING);
      }
      Following following = following();
      assertThat(following.refresh(Tokens.NONE)).contains(git(remote, "rev-parse", "main"));
      assertThat(following.obstacle()).isEmpty();
    }
  }

  /** All objects loose; those that are there already, forged ones included, stay. */
  private static void unpack(Path mirror, Path pack) throws Exception {
    Process process =
        new ProcessBuilder("git", "unpack-objects", "-q")
            .directory(mirror.toFile())
            .redirectInput(pack.toFile())
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private static Path object(Path repository, String id) {
    return repository.resolve("objects").resolve(id.substring(0, 2)).resolve(id.substring(2));
  }

  @Test
  void aRewrittenBranchIsRefused() throws Exception {
    publish(list("list_*"));
    trust(following().update(Tokens.NONE));
    git(colleague, "reset", "-q", "--hard", "HEAD~1");
    git(colleague, "push", "-q", "--force", "origin", "HEAD:main");

    write(clone, NARROW);
    isInForce(list("list_*"), Rule.LAST);
    assertThatThrownBy(() -> following().update(Tokens.NONE))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("it was rewritten");
  }

  @Test
  void aBranchOfAnotherRepositoryIsRefused() throws Exception {
    Path other = folder.resolve("other");
    git(folder, "init", "-q", "-b", "main", other.toString());
    write(other, WIDE);
    git(other, "add", ".");
    git(other, "commit", "-q", "-m", "of another repository");

    assertThatThrownBy(() -> following().bind(Upstream.of("file://" + other, "main"), Tokens.NONE))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("does not follow");
  }

  @Test
  void aHostileCloneAndAnotherHomeHaveNothingOfTheirOwn() throws Exception {
    Path hostile = folder.resolve("hostile");
    git(folder, "clone", "-q", remote.toString(), hostile.toString());
    write(hostile, WIDE);
    assertThat(new Trust(home).inForce(Project.find(hostile)).list().digest())
        .isEqualTo(PairDigest.of(NARROW));

    Home other = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("second").toString()));
    assertThat(new Following(other, Project.find(clone), Map.of()).inForce(new Trust(other)))
        .isInstanceOf(InForce.NotTrusted.class);
  }

  @Test
  void withoutTheRemoteWhatAPersonTookOverIsInForce() throws Exception {
    Files.move(remote, folder.resolve("moved.git"));
    write(clone, WIDE);

    isInForce(NARROW, Rule.LAST);
    assertThat(now(following()).text()).contains("the remote does not answer");
  }

  @Test
  void aBranchWithoutAListOrWithABrokenOneIsRefused() throws Exception {
    publish("{\"version\": 1, \"oops\": 1}");
    assertThat(now(following()).text()).contains("does not count now");
    git(colleague, "rm", "-qr", ".gatekeeper");
    git(colleague, "commit", "-q", "-m", "none");
    git(colleague, "push", "-q", "origin", "HEAD:main");

    assertThatThrownBy(() -> following().update(Tokens.NONE)).hasMessageContaining("has no list");
  }

  @Test
  void aSessionThatAskedHasTheBranchAndKeepsItWithoutTheRemote() throws Exception {
    Following session = following();
    Trust trust = new Trust(home);
    publish(WIDE);
    write(clone, WIDE);
    assertThat(session.inForce(trust).list().digest()).isEqualTo(PairDigest.of(NARROW));

    assertThat(session.refresh(Tokens.NONE)).contains(git(remote, "rev-parse", "main"));
    assertThat(session.inForce(trust).list().digest()).isEqualTo(PairDigest.of(WIDE));
    Files.move(remote, folder.resolve("moved.git"));
    session.refresh(Tokens.NONE);
    assertThat(session.inForce(trust).list().digest()).isEqualTo(PairDigest.of(WIDE));

    trust(trust.propose(Project.find(clone), false).followingNothing());
    write(clone, list("list_*"));
    assertThat(session.inForce(trust).text()).contains("takes power away from what was trusted");
    assertThat(session.refresh(Tokens.NONE)).isEmpty();
  }

  private String commitInClone() throws Exception {
    write(clone, WIDE);
    git(clone, "add", ".");
    git(clone, "commit", "-q", "-m", "wider");
    String forged = git(clone, "rev-parse", "HEAD");
    git(clone, "checkout", "-q", "--detach");
    return forged;
  }

  private List<Path> mirrors() throws Exception {
    try (var mirrors = Files.list(home.resolve("mirrors"))) {
      List<Path> all = mirrors.toList();
      assertThat(all).isNotEmpty();
      return all;
    }
  }
}
