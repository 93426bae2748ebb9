package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.trust.signature.AllowedSigners;
import dev.gatekeeper.trust.signature.Reviewers;
import dev.gatekeeper.trust.signature.SignatureException;
import dev.gatekeeper.trust.signature.Statement;

/**
 * What a {@link ReviewRule} says, read. Apart from it so that a store that holds one is read
 * without a class of signatures.
 */
public final class NamedReviewers {
  private static final int MOST_REVIEWERS = 16;

  private NamedReviewers() {}

  /**
   * The rule that a person asks for.
   *
   * @param file of allowed signers, as it was read
   * @throws TrustException where it says less than it has to, or could never be met
   */
  public static ReviewRule of(int reviewers, byte[] file) throws TrustException {
    if (reviewers < 1 || reviewers > MOST_REVIEWERS) {
      throw new TrustException("the number of reviewers is 1 to " + MOST_REVIEWERS);
    }
    try {
      int principals = AllowedSigners.parse(file).principals(Statement.NAMESPACE).size();
      if (principals < reviewers + 1) {
        throw new TrustException(
            "the file of signers has "
                + principals
                + " principals for "
                + Statement.NAMESPACE
                + "; an author and "
                + reviewers
                + " reviewers are "
                + (reviewers + 1));
      }
    } catch (SignatureException e) {
      throw new TrustException("the file of signers: " + e.getMessage());
    }
    return new ReviewRule(reviewers, new String(file, UTF_8), 0);
  }

  /** The rule with its signers read. */
  public static Reviewers of(ReviewRule rule) throws TrustException {
    try {
      return new Reviewers(rule.reviewers(), AllowedSigners.parse(rule.signers().getBytes(UTF_8)));
    } catch (SignatureException e) {
      throw new TrustException("the signers of the trust store: " + e.getMessage());
    }
  }
}
