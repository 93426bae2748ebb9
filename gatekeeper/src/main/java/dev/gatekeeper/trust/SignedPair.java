package dev.gatekeeper.trust;

import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.trust.signature.Reviewers;
import dev.gatekeeper.trust.signature.SignatureException;
import dev.gatekeeper.trust.signature.SignatureFolder;
import dev.gatekeeper.trust.signature.SshSignature;
import dev.gatekeeper.trust.signature.Statement;
import dev.gatekeeper.wire.Printable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pair that carries signatures. Apart from {@link Trust} so that no key is read where the content
 * is trusted as it is.
 *
 * <p>Every statement above the last trusted one counts alike: somebody who can write the work tree
 * chooses among the pairs that reviewers signed since. {@code allowlist trust} ends that for those
 * up to the present one.
 *
 * @param number of the statement
 * @param who the principals that signed it
 */
record SignedPair(long number, Set<String> who) {
  /** The statement with the highest number that enough people signed. */
  static Optional<SignedPair> find(
      Project project, Pair pair, GitIdentity git, ReviewRule rule, Instant now) {
    Reviewers reviewers;
    try {
      reviewers = NamedReviewers.of(rule);
    } catch (TrustException e) {
      return Optional.empty();
    }
    Optional<SignedPair> found = Optional.empty();
    Path folder = project.signatures();
    for (Map.Entry<Long, Path> each : SignatureFolder.numbers(folder, rule.number()).entrySet()) {
      Statement statement = statement(project, pair, git, each.getKey());
      Set<String> who = reviewers.who(statement, SignatureFolder.read(each.getValue()), now);
      if (reviewers.suffice(who)) {
        found = Optional.of(new SignedPair(each.getKey(), who));
      }
    }
    return found;
  }

  /** What is to be signed next: what somebody signed of this pair already, else a new one. */
  static Statement next(Project project, Pair pair, GitIdentity git, long trusted) {
    long highest = trusted;
    Path folder = project.signatures();
    for (Map.Entry<Long, Path> each : SignatureFolder.numbers(folder, trusted).entrySet()) {
      highest = each.getKey();
      Statement statement = statement(project, pair, git, each.getKey());
      if (isSigned(statement, each.getValue())) {
        return statement;
      }
    }
    return statement(project, pair, git, highest + 1);
  }

  /** By whomever: that says what is meant, and not that it counts. */
  private static boolean isSigned(Statement statement, Path ofNumber) {
    for (SshSignature signature : SignatureFolder.read(ofNumber)) {
      try {
        if (signature.verifies(statement.bytes(), Statement.NAMESPACE)) {
          return true;
        }
      } catch (SignatureException e) {
        // Of a form that does not count.
      }
    }
    return false;
  }

  private static Statement statement(Project project, Pair pair, GitIdentity git, long number) {
    String path =
        project
            .repository()
            .map(top -> top.relativize(project.directory()).toString())
            .filter(below -> !below.isEmpty())
            .map(Printable::of) // a line feed in a name begins no line
            .orElse(".");
    return new Statement(git.root(), path, number, pair.list().digest(), pair.lockDigest());
  }

  InForce.Trusted inForce(Pair pair) {
    return InForce.Trusted.of(pair, Rule.SIGNED)
        .noting("Statement " + number + " is signed by " + String.join(", ", who) + ".");
  }
}
