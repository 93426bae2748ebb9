package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.Folder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The tip of a branch at the moment of asking, with what lies at two paths of it.
 *
 * @param commit its id
 * @param list its text
 * @param lock the text of the lock; empty where there is none
 */
public record BranchTip(String commit, String list, Optional<String> lock) {
  /**
   * Asks the remote, and brings what it has.
   *
   * @param since a commit that the branch has to follow: the root of the repository when it is
   *     bound, later the tip that was seen last
   * @param folder of the project within the repository, empty for its root
   * @param mirror folder of objects
   * @throws FollowException where the remote does not answer, the branch was rewritten, or holds no
   *     list
   */
  public static BranchTip ask(
      Upstream upstream,
      String since,
      String folder,
      Path mirror,
      Map<String, String> person,
      Tokens tokens)
      throws FollowException, IOException {
    try (Transport transport = Transport.of(upstream, person, tokens)) {
      String tip = transport.tip();
      try {
        return of(upstream, tip, transport.fetch(tip, since, mirror), since, folder);
      } catch (UnsoundMirror | IOException e) {
        // Whoever altered our copy gets a transfer by it, and not that the branch counts no longer.
        Folder.delete(mirror);
      }
      return of(upstream, tip, transport.fetch(tip, since, mirror), since, folder);
    } catch (UnsoundMirror e) {
      throw new FollowException("an object of the remote is missing or altered");
    }
  }

  private static BranchTip of(
      Upstream upstream, String tip, GitObjects objects, String since, String folder)
      throws FollowException, IOException, UnsoundMirror {
    if (!objects.follows(tip, since)) {
      throw new FollowException(
          "the branch "
              + upstream.branch()
              + " does not follow "
              + since
              + ": it was rewritten, or is of another repository");
    }
    String place = folder.isEmpty() ? ".gatekeeper/" : folder + "/.gatekeeper/";
    Optional<byte[]> list = objects.file(tip, place + "allowlist.json");
    Optional<byte[]> lock = objects.file(tip, place + "allowlist.lock.json");
    if (list.isEmpty()) {
      throw new FollowException("the branch " + upstream.branch() + " has no list");
    }
    return new BranchTip(
        tip, text(list.get()), lock.isEmpty() ? Optional.empty() : Optional.of(text(lock.get())));
  }

  private static String text(byte[] bytes) throws FollowException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new FollowException("the list or the lock of the branch is not UTF-8");
    }
  }
}
