package dev.gatekeeper.trust.signature;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How many people have to agree besides the author, and who may.
 *
 * <p>Nothing tells who wrote a change: the author of a commit is whatever the committer typed. So
 * the author is held to be one of those who signed, and {@code count} reviewers means {@code count
 * + 1} different principals: whichever of them wrote it, that many others agreed.
 *
 * @param count reviewers besides the author, from 1
 */
public record Reviewers(int count, AllowedSigners signers) {
  /**
   * The principals whose signatures of {@code statement} are good at a time. One with several keys
   * is one.
   */
  public Set<String> who(Statement statement, List<SshSignature> signatures, Instant now) {
    Set<String> who = new TreeSet<>();
    byte[] message = statement.bytes();
    for (SshSignature signature : signatures) {
      Optional<String> known = signers.principal(signature.key(), Statement.NAMESPACE, now);
      try {
        if (known.isPresent() && signature.verifies(message, Statement.NAMESPACE)) {
          who.add(known.get());
        }
      } catch (SignatureException e) {
        // Of a form that does not count.
      }
    }
    return who;
  }

  /** Whether those who signed are enough, whichever of them wrote the change. */
  public boolean suffice(Set<String> who) {
    return who.size() >= count + 1;
  }
}
