package dev.gatekeeper.trust.follow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a remote, and brings what it has. To be closed: what it was given for that is given back.
 */
sealed interface Transport extends AutoCloseable permits GitTransport, TokenTransport {
  /** For each question. */
  Duration DEADLINE = Duration.ofSeconds(60);

  /**
   * That of a remote.
   *
   * @param person environment of the person, of which ssh gets the agent for keys
   * @param tokens asked where the remote is private
   * @throws FollowException where there is no git, or no token
   */
  static Transport of(Upstream upstream, Map<String, String> person, Tokens tokens)
      throws FollowException, IOException {
    Optional<Credential> credential = upstream.credential();
    return credential.isPresent()
        ? TokenTransport.of(upstream, credential.get(), tokens, DEADLINE)
        : GitTransport.of(upstream, person);
  }

  /** The commit that the remote has as the tip of the branch now. */
  String tip() throws FollowException, IOException;

  /**
   * Brings a commit and all that it is made of into {@code mirror}, a folder of objects that is
   * kept to save the next transfer, and means nothing by itself.
   *
   * @param since a commit before it, which may be there already with all that it is made of
   */
  GitObjects fetch(String tip, String since, Path mirror) throws FollowException, IOException;

  @Override
  void close() throws IOException;
}
