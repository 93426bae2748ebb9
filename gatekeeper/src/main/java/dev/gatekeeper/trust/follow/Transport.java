package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Folder;
import dev.gatekeeper.git.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a remote. What it answers is believed for its transport: TLS with the system's authorities,
 * ssh with the person's known hosts; or with those alone that a person named for it.
 *
 * <p>No configuration counts, not the person's either: {@code insteadOf} and {@code ssh_config} are
 * files that an agent writes. So no credential helper is asked; ssh has the person's agent and
 * keys.
 */
final class Transport implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** No {@code ssh_config}, nothing asked, no unknown host, nothing forwarded. */
  private static final String SSH =
      "/usr/bin/ssh -F /dev/null -oBatchMode=yes -oStrictHostKeyChecking=yes"
          + " -oClearAllForwardings=yes -oConnectTimeout=10 -oUpdateHostKeys=no";

  private final Upstream upstream;
  private final Git git;
  private final Map<String, String> variables;
  private final Path scratch;

  private Transport(Upstream upstream, Git git, Map<String, String> variables, Path scratch) {
    this.upstream = upstream;
    this.git = git;
    this.variables = variables;
    this.scratch = scratch;
  }

  /**
   * @param person environment of the person, of which ssh gets the agent for keys
   */
  static Transport of(Upstream upstream, Map<String, String> person)
      throws FollowException, IOException {
    Map<String, String> variables = new HashMap<>();
    variables.put("HOME", "/nonexistent");
    variables.put("GIT_CONFIG_NOSYSTEM", "1");
    variables.put("GIT_CONFIG_GLOBAL", "/dev/null");
    variables.put("GIT_CEILING_DIRECTORIES", "/");
    variables.put("GIT_ALLOW_PROTOCOL", upstream.isLocal() ? "file" : "https:ssh");
    variables.put("GIT_SSH_VARIANT", "ssh");
    String agent = person.get("SSH_AUTH_SOCK");
    if (agent != null) {
      variables.put("SSH_AUTH_SOCK", agent);
    }
    Path scratch = Files.createTempDirectory("gatekeeper-follow");
    try {
      variables.put("GIT_SSH_COMMAND", SSH + proof(upstream, scratch, variables));
      Git git =
          Git.outside(DEADLINE, variables)
              .orElseThrow(() -> new FollowException("there is no git on this machine"));
      return new Transport(upstream, git, variables, scratch);
    } catch (FollowException | IOException e) {
      Folder.delete(scratch);
      throw e;
    }
  }

  /** Puts what the remote is known by where git and ssh read it; returns options of ssh. */
  private static String proof(Upstream upstream, Path scratch, Map<String, String> variables)
      throws IOException {
    Optional<String> known = upstream.knownBy();
    if (known.isEmpty()) {
      return "";
    }
    Path file = scratch.resolve("known");
    Files.writeString(file, known.get());
    variables.put("GIT_SSL_CAINFO", file.toString());
    // The system's folder of authorities would count beside the file.
    variables.put("GIT_SSL_CAPATH", Files.createDirectory(scratch.resolve("none")).toString());
    return " -oGlobalKnownHostsFile=/dev/null '-oUserKnownHostsFile=\"" + file + "\"'";
  }

  /** The commit that the remote has as the tip of the branch now. */
  String tip() throws FollowException, IOException {
    Git.Answer answer =
        git.run(new byte[0], false, "ls-remote", "--", upstream.url(), upstream.ref());
    if (!answer.done()) {
      throw new FollowException("the remote does not answer" + Refusal.in(answer.said()));
    }
    for (String line : answer.text().lines().toList()) {
      String[] words = line.split("\t", -1);
      if (words.length == 2
          && words[1].equals(upstream.ref())
          && words[0].matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
        return words[0];
      }
    }
    throw new FollowException("the remote has no branch " + upstream.branch());
  }

  /**
   * Brings a commit and all that it is made of into {@code mirror}, a folder of objects that is
   * kept to save the next transfer, and means nothing by itself.
   */
  GitObjects fetch(String tip, Path mirror) throws FollowException, IOException {
    DurableFile.createDirectory(mirror);
    GitObjects objects = new GitObjects(repository(mirror, tip));
    if (objects.has(tip)) {
      return objects;
    }
    Path own = Files.createDirectory(scratch.resolve("git"));
    Map<String, String> here = new HashMap<>(variables);
    here.put("GIT_DIR", own.toString());
    init(git.with(own, here), tip);
    here.put("GIT_OBJECT_DIRECTORY", mirror.resolve("objects").toString());
    // What the mirror has need not come again: its tips, by any name.
    Git.Answer answer =
        git.with(own, here)
            .run(
                new byte[0],
                false,
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--no-auto-maintenance",
                "--no-recurse-submodules",
                "--refmap=",
                "--",
                upstream.url(),
                "+" + upstream.ref() + ":refs/heads/tip");
    if (!answer.done() || !objects.has(tip)) {
      throw new FollowException(
          "the remote does not give the tip of " + upstream.branch() + Refusal.in(answer.said()));
    }
    return objects;
  }

  private Git repository(Path mirror, String tip) throws IOException {
    Map<String, String> here = new HashMap<>(variables);
    here.put("GIT_DIR", mirror.toString());
    here.put("GIT_ALLOW_PROTOCOL", "none");
    Git repository = git.with(mirror, here);
    if (!Files.exists(mirror.resolve("HEAD"))) {
      init(repository, tip);
    }
    return repository;
  }

  private static void init(Git repository, String tip) throws IOException {
    String format = tip.length() == 64 ? "--object-format=sha256" : "--object-format=sha1";
    repository.must(new byte[0], "init", "--quiet", "--bare", "--template=", format);
  }

  @Override
  public void close() throws IOException {
    Folder.delete(scratch);
  }

  static byte[] lines(Iterable<String> ids) {
    return (String.join("\n", ids) + "\n").getBytes(UTF_8);
  }
}
