package dev.gatekeeper.cli.allowlist.trust;

import dev.gatekeeper.trust.NamedReviewers;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Proposal;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.trust.signature.Reviewers;
import dev.gatekeeper.trust.signature.SignatureFolder;
import dev.gatekeeper.trust.signature.SshSignature;
import dev.gatekeeper.trust.signature.Statement;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What may put a project's pair as it is now in force beside a person's word, and how far it is:
 * signatures, and a branch.
 *
 * @param signatures which there are and which are needed, where signatures count and do not suffice
 * @param branch that the project follows
 */
public record ReviewStanding(Optional<String> signatures, Optional<Upstream> branch) {
  private static final ReviewStanding NONE = new ReviewStanding(Optional.empty(), Optional.empty());

  /** Of a project; nothing where its list or the trust in it is broken, which is said elsewhere. */
  public static ReviewStanding of(Trust trust, Project project, Instant now) {
    try {
      Proposal found = trust.propose(project, false);
      Optional<String> signatures =
          found.review().isEmpty() || found.isTrusted()
              ? Optional.empty()
              : signatures(
                  NamedReviewers.of(found.review().get()), trust.statement(project), project, now);
      return new ReviewStanding(signatures, found.follow().map(rule -> rule.upstream()));
    } catch (TrustException | VaultException e) {
      return NONE;
    }
  }

  /** Whether the store names the key of {@code signature}; so it does where nobody's count. */
  static boolean counts(
      SshSignature signature, Statement statement, Trust trust, Project project, Instant now) {
    try {
      Proposal found = trust.propose(project, false);
      return found.review().isEmpty()
          || !NamedReviewers.of(found.review().get())
              .who(statement, List.of(signature), now)
              .isEmpty();
    } catch (TrustException | VaultException e) {
      return true;
    }
  }

  private static Optional<String> signatures(
      Reviewers reviewers, Statement statement, Project project, Instant now) {
    Path folder = project.signatures().resolve(Long.toString(statement.number()));
    List<SshSignature> there = SignatureFolder.read(folder);
    Set<String> who = reviewers.who(statement, there, now);
    if (reviewers.suffice(who)) {
      return Optional.empty();
    }
    Set<String> others = new TreeSet<>(reviewers.signers().principals(Statement.NAMESPACE));
    others.removeAll(who);
    long strange =
        there.stream().filter(it -> reviewers.who(statement, List.of(it), now).isEmpty()).count();
    return Optional.of(
        "statement "
            + statement.number()
            + " is signed by "
            + (who.isEmpty() ? "nobody" : String.join(", ", who))
            + "; "
            + (reviewers.count() + 1 - who.size())
            + " more of "
            + String.join(", ", others)
            + (strange == 0
                ? ""
                : "; " + strange + " more count for nothing: of another key or another text")
            + ". To sign: gatekeeper allowlist sign");
  }
}
