package dev.gatekeeper.cli.allowlist.trust;

import dev.gatekeeper.allowlist.review.Power;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.trust.NamedReviewers;
import dev.gatekeeper.trust.Proposal;
import dev.gatekeeper.trust.ReviewRule;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.follow.FollowRule;
import dev.gatekeeper.trust.signature.AllowedSigner;
import dev.gatekeeper.trust.signature.Statement;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says in plain words what a list grants: lines that are new since it was last trusted begin with
 * {@code +}, those that are gone with {@code -}. Every text of the list is shown escaped.
 */
final class PowerSummary {
  private final PrintStream out;

  PowerSummary(PrintStream out) {
    this.out = out;
  }

  void print(Proposal proposal) throws TrustException {
    out.println("List " + Console.printable(proposal.file().file().toString()));
    out.println("     " + proposal.list().digest());
    out.println(
        proposal.pair().lockDigest().map(lock -> "Lock " + lock).orElse("There is no lock."));
    SortedMap<String, List<String>> now = Power.of(proposal.list());
    SortedMap<String, List<String>> before =
        proposal.before().map(pair -> Power.of(pair.list())).orElse(new TreeMap<>());
    if (now.isEmpty()) {
      out.println("It allows nothing.");
    }
    Set<String> titles = new TreeSet<>(now.keySet());
    titles.addAll(before.keySet());
    for (String title : titles) {
      print(title, before.get(title), now.get(title));
    }
    if (proposal.before().isPresent()) {
      out.println("+ is new since you last trusted this list, - is gone.");
    }
    if (proposal.follow().isPresent()) {
      print(proposal.follow().get());
    }
    if (proposal.dialog()) {
      out.println(
          "Calls under ask are approved in THE CLIENT'S OWN DIALOG, without the passphrase:");
      out.println("    hooks of the client, and whatever starts serve, can answer it too.");
    }
    if (proposal.review().isPresent()) {
      print(proposal.review().get());
    }
  }

  private void print(FollowRule rule) {
    out.println("It follows " + Console.printable(rule.text()) + ",");
    out.println("    whose root commit is " + rule.root() + ".");
    if (rule.upstream().isLocal()) {
      out.println("    THAT IS A FOLDER OF THIS MACHINE: whoever can write there decides.");
    }
  }

  /** Whose signatures will do in place of this person's word. */
  private void print(ReviewRule rule) throws TrustException {
    out.println(
        "A changed list is in force once its author and "
            + rule.reviewers()
            + (rule.reviewers() == 1 ? " other of" : " others of")
            + " these signed it (gatekeeper allowlist sign):");
    for (AllowedSigner signer : NamedReviewers.of(rule).signers().all()) {
      if (signer.mayUse(Statement.NAMESPACE)) {
        out.println("    " + Console.printable(signer.principal() + ", " + signer.key()));
      }
    }
  }

  private void print(String title, @Nullable List<String> before, @Nullable List<String> now) {
    List<String> old = before == null ? List.of() : before;
    List<String> present = now == null ? List.of() : now;
    out.println((now == null ? "- " : before == null ? "+ " : "  ") + Console.printable(title));
    for (String line : present) {
      out.println((old.contains(line) ? "    " : "+   ") + Console.printable(line));
    }
    for (String line : old) {
      if (!present.contains(line)) {
        out.println("-   " + Console.printable(line));
      }
    }
  }
}
