package dev.gatekeeper.trust;

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
  /** For the record of the change: how many, and the digest of the file of signers. */
  public String text() {
    return "reviewers " + reviewers + " of " + PairDigest.of(signers);
  }

  ReviewRule above(long trusted) {
    return new ReviewRule(reviewers, signers, Math.max(number, trusted));
  }
}
