package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.anchor.Anchor;
import dev.gatekeeper.audit.anchor.AnchorBranch;
import dev.gatekeeper.audit.anchor.AnchorException;
import dev.gatekeeper.audit.anchor.Anchoring;
import dev.gatekeeper.audit.anchor.Peer;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit anchor}: the newest checkpoint, kept where others have it too. */
@Command(
    name = "anchor",
    description = {
      "Put the newest checkpoint on the branch audit-anchors/LOG of this git repository, and push"
          + " it to REMOTE, never by force. Working tree and index stay as they are.",
      "--check judges such branches without a key or a log, as in CI: 0 they only grew, 1 not,"
          + " or anchored records were given up."
    })
public final class AuditAnchorCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--git",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "REMOTE",
      description = "Anchor; with the name of a remote, or a URL or path, push and look at others.")
  private @Nullable String remote;

  @Option(
      names = "--check",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "REF",
      description = "Check one branch; by default all that are here.")
  private @Nullable String ref;

  @Option(
      names = "--range",
      paramLabel = "OLD..NEW",
      description =
          "With --check REF: what a push changed. Refuses a NEW that does not follow OLD, or is not"
              + " of the log that REF is named after.")
  private @Nullable String range;

  @Option(
      names = "--accept-loss",
      description =
          "With --git, after 'audit recover --accept-loss': go on, and say which anchored records"
              + " are lost.")
  private boolean acceptLoss;

  @Option(
      names = "--accepted-loss",
      paramLabel = "COMMIT",
      description =
          "This commit, of any log, may give up anchored records: its owner said so elsewhere. Or a"
              + " log, of which the branch may be gone. Can be repeated.")
  private List<String> accepted = List.of();

  AuditAnchorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    if ((remote == null) == (ref == null && range == null)) {
      throw CommandFailure.usage("anchor takes --git or --check", "gatekeeper audit anchor --git");
    }
    try {
      if (remote != null) {
        anchor(Optional.of(remote).filter(it -> !it.isEmpty()));
      } else {
        check(AnchorBranch.in(console.directory()));
      }
      return 0;
    } catch (AnchorException e) {
      String text = Console.printable(e.text());
      if (e.isBroken()) {
        throw CommandFailure.no(text, "gatekeeper audit verify, on the machine of that log");
      }
      throw NamedLog.cannotJudge(text);
    } catch (AuditException e) {
      throw NamedLog.cannotJudge(e.fault().text());
    }
  }

  private void check(AnchorBranch branches) throws IOException, AnchorException, CommandFailure {
    Optional<String> named = Optional.ofNullable(ref).filter(it -> !it.isEmpty());
    if (range != null) {
      String[] ends = range.split("\\.\\.", -1);
      if (ends.length != 2 || !named.map(it -> it.contains(AnchorBranch.NAME)).orElse(true)) {
        throw CommandFailure.usage(
            "--range takes OLD..NEW, and REF beside it is the name of a branch",
            "gatekeeper audit anchor --check " + AnchorBranch.NAME + "LOG --range OLD..NEW");
      }
      sound(named.orElse(range), branches.gained(named, ends[0], ends[1]));
      return;
    }
    List<String> all = named.isPresent() ? List.of(named.get()) : branches.all();
    if (all.isEmpty()) {
      throw NamedLog.cannotJudge("there is no branch " + AnchorBranch.NAME + "… here");
    }
    for (String one : all) {
      sound(one, branches.read(one));
    }
  }

  private void sound(String what, List<Anchor> anchors) throws AnchorException {
    Anchor.refuseLosses(anchors, accepted);
    anchors.forEach(it -> it.givenUp().ifPresent(text -> console.out().println("lost: " + text)));
    String head =
        anchors.isEmpty()
            ? ""
            : ", up to "
                + anchors.getLast().checkpoint().size()
                + " records, identity "
                + anchors.getLast().keys().identity();
    console
        .out()
        .println("sound: " + Console.printable(what) + ", " + anchors.size() + " anchors" + head);
  }

  private void anchor(Optional<String> named)
      throws IOException, AnchorException, AuditException, CommandFailure {
    PersonalVault personal = PersonalVault.of(console);
    Path directory = personal.home().resolve(NamedLog.DIRECTORY);
    boolean broken = false;
    Optional<String> putBack;
    try (Anchoring anchoring =
        Anchoring.in(
            console.directory(),
            named,
            console.environment(),
            new Anchoring.Agreed(acceptLoss, accepted))) {
      if (AuditLog.checkpoint(directory, personal.auditOptions()).isEmpty()) {
        throw NamedLog.cannotJudge("there is no log yet");
      }
      Anchoring.Done outcome = anchoring.anchor(directory, () -> newest(directory, personal));
      Anchor done = outcome.anchor();
      putBack = outcome.putBack().map(Console::printable);
      String id = logId(done);
      try (AuditLog log = personal.log(context())) {
        Entry entry =
            Entry.of(Event.ANCHOR)
                .with(Field.SIZE, done.checkpoint().size())
                .with(Field.DIGEST, "git:" + done.commit());
        Entry where = anchoring.where().map(it -> entry.with(Field.SOURCE, it)).orElse(entry);
        log.append(putBack.map(it -> where.with(Field.REASON, it)).orElse(where));
        for (Peer peer : anchoring.peers(directory, id)) {
          broken |= peer.fault().isPresent();
          tell(log, peer);
        }
      }
      console
          .out()
          .println(
              "anchored "
                  + done.checkpoint().size()
                  + " records on "
                  + AnchorBranch.NAME
                  + id
                  + anchoring
                      .where()
                      .map(it -> " at " + Console.printable(it))
                      .orElse(", here only"));
    }
    if (broken) {
      putBack.ifPresent(it -> console.err().println("gatekeeper: " + it + ": put back"));
      throw CommandFailure.no(
          "a branch of somebody else's log does not hold, or is gone",
          "gatekeeper audit show --event peer.seen");
    }
    if (putBack.isPresent()) {
      throw CommandFailure.no(
          putBack.get() + ": put back; protect " + AnchorBranch.NAME + "* there",
          "gatekeeper audit show --event anchor");
    }
  }

  private static SignedCheckpoint newest(Path directory, PersonalVault personal)
      throws IOException {
    try {
      return AuditLog.checkpoint(directory, personal.auditOptions())
          .flatMap(SignedCheckpoint::parseOne)
          .orElseThrow(() -> new IOException("the log has no checkpoint"));
    } catch (AuditException e) {
      throw new IOException(e.fault().text(), e);
    }
  }

  private AuditContext context() {
    AuditContext context = new AuditContext();
    context.project(console.directory().toString());
    return context;
  }

  private void tell(AuditLog log, Peer peer) throws AuditException {
    Entry entry = Entry.of(Event.PEER_SEEN).with(Field.SOURCE, peer.logId());
    if (peer.fault().isPresent()) {
      String why = warn(peer, peer.fault().get());
      if (!why.equals(peer.before())) { // It is told each time, and recorded once.
        log.append(entry.with(Field.REASON, why));
      }
      return;
    }
    if (peer.accepted().isPresent()) {
      String why = warn(peer, peer.accepted().get());
      entry = entry.with(Field.OUTCOME, Peer.ACCEPTED).with(Field.REASON, why);
    }
    if (peer.head().isPresent()) {
      SignedCheckpoint head = peer.head().get().checkpoint();
      if (peer.sight().isPresent()) {
        String seen = " is " + peer.sight().get() + ": " + head.size() + " records, identity ";
        console.out().println("log " + peer.logId() + seen + peer.head().get().keys().identity());
      }
      peer.losses().forEach(loss -> warn(peer, loss));
      entry =
          entry
              .with(Field.SIZE, head.size())
              .with(Field.DIGEST, "sha256:" + HexFormat.of().formatHex(head.root()));
    }
    log.append(entry);
  }

  private String warn(Peer peer, String what) {
    String text = Console.printable(what);
    console.err().println("gatekeeper: log " + peer.logId() + ": " + text);
    return text;
  }

  private static String logId(Anchor anchor) {
    return anchor.checkpoint().origin().substring(Format.ORIGIN.length());
  }
}
