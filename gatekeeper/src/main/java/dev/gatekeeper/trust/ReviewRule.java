package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.trust.signature.AllowedSigners;
import dev.gatekeeper.trust.signature.Reviewers;
import dev.gatekeeper.trust.signature.SignatureException;
import dev.gatekeeper.trust.signature.Statement;

/**
 * Who may put a project's pair in force by signatures, as the trust store has it: never the file of
 * the tree under judgement.
 *
 * @param reviewers people besides the author, from 1
 * @param signers the text of an {@code allowed_signers} file
 * @param number of the statement that stood beside what a person trusted last, 0 where none did;
 *     one that is not above it counts for nothing
 */
public record ReviewRule(int reviewers, String signers, long number) {
  private static final int MOST_REVIEWERS = 16;

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
  public Reviewers asked() throws TrustException {
    try {
      return new Reviewers(reviewers, AllowedSigners.parse(signers.getBytes(UTF_8)));
    } catch (SignatureException e) {
      throw new TrustException("the signers of the trust store: " + e.getMessage());
    }
  }

  /** For the record of the change: how many, and the digest of the file of signers. */
  public String text() {
    return "reviewers " + reviewers + " of " + PairDigest.of(signers);
  }

  ReviewRule above(long trusted) {
    return new ReviewRule(reviewers, signers, Math.max(number, trusted));
  }
}
