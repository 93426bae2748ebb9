package dev.gatekeeper.trust.follow;

import dev.gatekeeper.files.Folder;
import dev.gatekeeper.git.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks by git. What a remote answers is believed for its transport: TLS with the system's
 * authorities, ssh with the person's known hosts; or with those alone that a person named for it.
 *
 * <p>No configuration counts, not the person's either: {@code insteadOf} and {@code ssh_config} are
 * files that an agent writes. So no credential helper is asked; ssh has the person's agent and
 * keys.
 */
final class GitTransport implements Transport {
  /** No {@code ssh_config}, nothing asked, no unknown host, nothing forwarded. */
  private static final String SSH =
      "/usr/bin/ssh -F /dev/null -oBatchMode=yes -oStrictHostKeyChecking=yes"
          + " -oClearAllForwardings=yes -oConnectTimeout=10 -oUpdateHostKeys=no";

  private final Upstream upstream;
  private final Git git;
  private final Map<String, String> variables;
  private final Path scratch;

  private GitTransport(Upstream upstream, Git git, Map<String, String> variables, Path scratch) {
    this.upstream = upstream;
    this.git = git;
    this.variables = variables;
    this.scratch = scratch;
  }

  static Transport of(Upstream upstream, Map<String, String> person)
      throws FollowException, IOException {
    Map<String, String> variables = new HashMap<>();
    variables.put("GIT_ALLOW_PROTOCOL", upstream.isLocal() ? "file" : "https:ssh");
    variables.put("GIT_SSH_VARIANT", "ssh");
    String agent = person.get("SSH_AUTH_SOCK");
    if (agent != null) {
      variables.put("SSH_AUTH_SOCK", agent);
    }
    Path scratch = Scratch.create();
    try {
      variables.put("GIT_SSH_COMMAND", SSH + proof(upstream, scratch, variables));
      return new GitTransport(upstream, Mirror.git(variables), variables, scratch);
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

  @Override
  public String tip() throws FollowException, IOException {
    Git.Answer answer =
        git.run(new byte[0], false, "ls-remote", "--", upstream.url(), upstream.ref());
    if (!answer.done()) {
      throw new FollowException("the remote does not answer" + Refusal.in(answer.said()));
    }
    return upstream.tipIn(answer.text());
  }

  @Override
  public GitObjects fetch(String tip, String since, Path mirror)
      throws FollowException, IOException {
    Mirror copy = Mirror.at(mirror, scratch, git, variables, tip);
    GitObjects objects = copy.objects();
    if (objects.has(tip)) {
      return objects;
    }
    // What the mirror has need not come again: its tips, by any name.
    Git.Answer answer =
        copy.filling()
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

  @Override
  public void close() throws IOException {
    Folder.delete(scratch);
  }
}
