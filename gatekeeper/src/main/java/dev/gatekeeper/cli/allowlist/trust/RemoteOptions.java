package dev.gatekeeper.cli.allowlist.trust;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.trust.Following;
import dev.gatekeeper.trust.follow.Credential;
import dev.gatekeeper.trust.follow.FollowException;
import dev.gatekeeper.trust.follow.Upstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of which remote a branch is followed, and by what both sides prove themselves. */
final class RemoteOptions {
  @Option(
      names = "--remote",
      paramLabel = "URL",
      description = "Of the branch; where not said, what the repository calls origin.")
  private @Nullable String remote;

  @Option(
      names = "--known-by",
      paramLabel = "FILE",
      description =
          "What alone proves the remote of --follow: for https certificates of authorities (PEM),"
              + " for ssh lines as in known_hosts. Read once and kept.")
  private @Nullable Path knownBy;

  @Option(
      names = "--token",
      paramLabel = "secret:NAME",
      description =
          "The secret of your vault that the private https remote of --follow is asked with. Its"
              + " value goes to the host of --remote and to no program; the passphrase comes"
              + " first.")
  private @Nullable String token;

  @Option(
      names = "--token-user",
      paramLabel = "USER",
      description =
          "Whom the remote expects beside the token; x-access-token where not said (GitHub,"
              + " GitLab). Bitbucket wants x-token-auth.")
  private @Nullable String user;

  boolean isAny() {
    return remote != null || knownBy != null || token != null || user != null;
  }

  /** What a person named. */
  Upstream upstream(Following following, String branch, Console console)
      throws CommandFailure, IOException {
    if (token == null ? user != null : remote == null) {
      // What the repository calls origin is the agent's to write; a token would go there unseen.
      throw CommandFailure.usage(
          "a token goes to the host of --remote URL, which stands with it",
          "gatekeeper allowlist trust --follow BRANCH --remote URL --token secret:NAME");
    }
    Optional<String> url = remote == null ? following.origin() : Optional.of(remote);
    try {
      Upstream upstream = Upstream.of(url.orElse(""), branch);
      if (knownBy != null) {
        Path file = console.directory().resolve(knownBy);
        upstream = upstream.knownBy(DurableFile.readBounded(file, Upstream.MAX_KNOWN_BY));
      }
      return token == null
          ? upstream
          : upstream.with(Credential.of(token, user == null ? Credential.USER : user));
    } catch (FollowException e) {
      throw CommandFailure.usage(
          e.getMessage(), "gatekeeper allowlist trust --follow BRANCH --remote URL");
    }
  }
}
