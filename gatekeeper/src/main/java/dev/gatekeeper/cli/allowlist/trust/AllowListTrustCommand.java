package dev.gatekeeper.cli.allowlist.trust;

import static java.util.Objects.requireNonNull;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.cli.allowlist.review.ProposalText;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.LostTrust;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.trust.Following;
import dev.gatekeeper.trust.NamedReviewers;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Proposal;
import dev.gatekeeper.trust.ReviewRule;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.follow.Credential;
import dev.gatekeeper.trust.follow.FollowRule;
import dev.gatekeeper.trust.follow.Tokens;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.trust.signature.AllowedSigners;
import dev.gatekeeper.trust.signature.SignatureException;
import dev.gatekeeper.trust.signature.Statement;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatekeeper allowlist trust}: the one way in which power is granted. */
@Command(
    name = "trust",
    description = {
      "Put this project's allow-list in force, as it is now.",
      "Shows what the list grants, asks, and demands the vault's passphrase: what an agent does not"
          + " know. Any later change of the list has to be trusted again."
    })
public final class AllowListTrustCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--personal", description = "Your own list in the gatekeeper's home instead.")
  private boolean personalList;

  @Option(names = "--yes", description = "Skip the question; the passphrase is demanded still.")
  private boolean yes;

  @Option(
      names = "--signers",
      paramLabel = "FILE",
      description =
          "From now on a list that people of this allowed_signers file signed is in force, too.")
  private @Nullable Path signers;

  @Option(
      names = "--reviewers",
      paramLabel = "N",
      description = "How many of them besides the author; 1 where not said.")
  private @Nullable Integer reviewers;

  @Option(names = "--no-signers", description = "Signatures count no longer.")
  private boolean noSigners;

  @ArgGroup(exclusive = true)
  private @Nullable Branch branch;

  /** What a followed branch is asked for, or that none is. */
  static final class Branch {
    @Option(
        names = "--follow",
        paramLabel = "BRANCH",
        description =
            "Put the list of this branch of the remote in force, and take the branch for what is"
                + " reviewed from now on.")
    private @Nullable String follow;

    @Option(names = "--update", description = "Put in force what the followed branch has now.")
    private boolean update;

    @Option(names = "--no-follow", description = "Follow no branch any longer.")
    private boolean none;
  }

  @Mixin private RemoteOptions remote = new RemoteOptions();

  @Option(
      names = "--dialog",
      negatable = true,
      description =
          "From now on the dialog of the agent's client approves calls under ask, without the"
              + " passphrase. Hooks of the client, and whatever starts serve, can answer it.")
  private @Nullable Boolean dialog;

  /** Open before the end where a remote had to be asked with a token. */
  private @Nullable OpenVault vault;

  AllowListTrustCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try {
      return trust();
    } finally {
      if (vault != null) {
        vault.close();
      }
    }
  }

  private int trust() throws CommandFailure, VaultException, IOException {
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("allowlist trust");
    Project project = Project.find(console.environment(), console.directory());
    Trust trust = new Trust(personal.home());
    try {
      Proposal found = found(trust, personal, project);
      Proposal proposal =
          found.under(review(found)).withDialog(dialog == null ? found.dialog() : dialog);
      new PowerSummary(console.out()).print(proposal);
      ProposalText.print(proposal, console.out());
      for (String name : trust.uncovers(proposal)) {
        console.out().println("+ " + name + " of your own list counts here: this list has none");
      }
      if (proposal.isTrusted() && branch == null && proposal.equals(found)) {
        console.out().println("This content is trusted already.");
        return 0;
      }
      LostTrust lost = LostTrust.warned(console, personal.home());
      ask();
      List<String> lacking = grant(personal, trust, proposal, project, lost);
      console.out().println("In force; running sessions take it over.");
      lacking.forEach(console.out()::println);
      return 0;
    } catch (TrustException e) {
      throw CommandFailure.cannotJudge(
          Console.printable(String.valueOf(e.getMessage())), "gatekeeper allowlist check");
    }
  }

  private Proposal found(Trust trust, PersonalVault personal, Project project)
      throws CommandFailure, TrustException, VaultException, IOException {
    if (remote.isAny() && (branch == null || branch.follow == null)) {
      throw CommandFailure.usage(
          "--remote, --known-by and --token are of --follow BRANCH",
          "gatekeeper allowlist trust --help");
    }
    if (branch == null || branch.none) {
      Proposal found = trust.propose(project, personalList);
      return branch == null ? found : found.followingNothing();
    }
    if (personalList) {
      throw CommandFailure.usage(
          "a personal list follows no branch", "gatekeeper allowlist trust --help");
    }
    return asked(personal, project, branch);
  }

  /** Asks the remote; a private one after the vault is open, which no agent can do. */
  private Proposal asked(PersonalVault personal, Project project, Branch of)
      throws CommandFailure, TrustException, VaultException, IOException {
    Following following = new Following(personal.home(), project, console.environment());
    Optional<Upstream> named =
        of.update
            ? Optional.empty()
            : Optional.of(remote.upstream(following, requireNonNull(of.follow), console));
    Optional<Credential> token = named.or(following::upstream).flatMap(Upstream::credential);
    if (token.isEmpty()) {
      return asked(following, named, Tokens.NONE);
    }
    console
        .out()
        .println(
            Console.printable(
                named.or(following::upstream).orElseThrow().url()
                    + " is asked with "
                    + token.get().reference()
                    + "."));
    OpenVault open = personal.open();
    vault = open;
    AuditContext context = new AuditContext();
    context.project(project.directory().toString());
    try (AuditLog log = personal.log(context);
        Broker broker = new Broker(personal.home(), console.passphrases(), log, new Redactor())) {
      return asked(
          following,
          named,
          broker.tokens(
              open.presence(), new LaunchContext(project.directory(), console.environment())));
    }
  }

  private static Proposal asked(Following following, Optional<Upstream> named, Tokens tokens)
      throws TrustException, VaultException, IOException {
    return named.isPresent() ? following.bind(named.get(), tokens) : following.update(tokens);
  }

  private Optional<ReviewRule> review(Proposal found) throws CommandFailure, IOException {
    if (signers == null) {
      if (reviewers != null) {
        throw CommandFailure.usage(
            "--reviewers says how many of --signers FILE", "gatekeeper allowlist trust --help");
      }
      return noSigners ? Optional.empty() : found.review();
    }
    if (noSigners || personalList) {
      throw CommandFailure.usage(
          "--signers is for a project, and stands without --no-signers",
          "gatekeeper allowlist trust --help");
    }
    Path file = console.directory().resolve(signers);
    byte[] text = DurableFile.readBounded(file, AllowedSigners.MAX_BYTES);
    try {
      AllowedSigners _ = AllowedSigners.parse(text);
    } catch (SignatureException e) {
      throw CommandFailure.cannotJudge(
          Console.printable("the file of signers: " + e.getMessage()),
          "a line for each: PRINCIPAL namespaces=\""
              + Statement.NAMESPACE
              + "\" KEYTYPE KEY (ssh-keygen(1), ALLOWED SIGNERS)");
    }
    try {
      return Optional.of(NamedReviewers.of(reviewers == null ? 1 : reviewers, text));
    } catch (TrustException e) { // the number, which is of the command line
      throw CommandFailure.usage(
          Console.printable(String.valueOf(e.getMessage())),
          "gatekeeper allowlist trust --signers FILE --reviewers N");
    }
  }

  /** The passphrase comes last: who gives it has seen what it grants. */
  private List<String> grant(
      PersonalVault personal, Trust trust, Proposal proposal, Project project, LostTrust lost)
      throws CommandFailure, TrustException, VaultException {
    AuditContext context = new AuditContext();
    context.project(project.directory().toString());
    try (OpenVault open = vault == null ? personal.open() : vault;
        AuditLog log = personal.log(context)) {
      Entry record =
          Entry.of(Event.TRUST)
              .with(Field.LIST, proposal.list().digest())
              .with(Field.SOURCE, proposal.file().file().toString())
              .with(Field.APPROVER, "passphrase");
      Optional<String> lock = proposal.pair().lockDigest();
      if (lock.isPresent()) {
        record = record.with(Field.LOCK, lock.get());
      }
      String bound =
          Stream.of(
                  lost.reason(),
                  proposal.follow().map(FollowRule::text),
                  proposal.review().map(ReviewRule::text),
                  Optional.of("the client's dialog approves").filter(it -> proposal.dialog()))
              .flatMap(Optional::stream)
              .collect(Collectors.joining(", "));
      if (!bound.isEmpty()) {
        record = record.with(Field.REASON, bound);
      }
      log.append(record);
      open.recordingTo(personal.recording(log, open));
      trust.trust(proposal, project, open.presence(), console.clock().instant());
      return LackingSecrets.of(proposal.list(), open.secrets());
    } catch (AuditException e) {
      throw CommandFailure.cannotJudge(
          "no trust without a record: " + e.fault().text(), "gatekeeper audit verify");
    }
  }

  private void ask() throws CommandFailure {
    if (yes) {
      return;
    }
    console.demandYes(
        "Put this in force?",
        CommandFailure.noTerminal("gatekeeper allowlist trust --yes"),
        CommandFailure.no("nothing was changed", "gatekeeper allowlist trust"));
  }
}
