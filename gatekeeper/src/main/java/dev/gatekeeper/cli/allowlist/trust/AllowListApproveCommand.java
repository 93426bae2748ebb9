package dev.gatekeeper.cli.allowlist.trust;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.trust.approval.ApprovalException;
import dev.gatekeeper.trust.approval.ApprovalFolder;
import dev.gatekeeper.trust.approval.ApprovalRequest;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist approve}: a person's answer to one call of a tool under "ask". */
@Command(
    name = "approve",
    description = {
      "Answer a call that waits for a person: tools under \"ask\" in the allow-list.",
      "Shows what is asked and demands the vault's passphrase. The answer counts for this very"
          + " call, once, for 15 minutes from when it was asked. Without ID: the one that waits, or"
          + " the list of those that do."
    })
public final class AllowListApproveCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..1", paramLabel = "ID", description = "As the tool's answer names it.")
  private String id = "";

  @Option(names = "--deny", description = "Deny it; no passphrase is needed.")
  private boolean deny;

  @Option(names = "--list", description = "Show what waits, and answer nothing.")
  private boolean list;

  @Option(names = "--json", description = "The same, one JSON object a request.")
  private boolean json;

  @Option(names = "--yes", description = "Skip the question; the passphrase is demanded still.")
  private boolean yes;

  AllowListApproveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    ApprovalFolder folder = new ApprovalFolder(personal.home());
    if (id.isEmpty()) {
      ApprovalFolder.Waiting waiting = folder.waiting(console.clock().instant());
      if (waiting.unreadable() > 0) {
        console
            .err()
            .println(
                "gatekeeper: warning: passed over "
                    + waiting.unreadable()
                    + " files that are no requests");
      }
      if (list || json || waiting.requests().size() != 1) {
        print(waiting.requests());
        return 0;
      }
      id = waiting.requests().getFirst().id();
    }
    ApprovalRequest request = request(folder);
    if (list || json) {
      print(List.of(request));
      return 0;
    }
    show(request);
    if (deny) {
      deny(personal, folder, request);
    } else {
      personal.refuseAgents("allowlist approve");
      ask();
      approve(personal, folder, request);
    }
    return 0;
  }

  private ApprovalRequest request(ApprovalFolder folder) throws CommandFailure, IOException {
    try {
      Optional<ApprovalRequest> found = folder.find(id);
      if (found.isPresent() && console.clock().instant().isBefore(found.get().expires())) {
        return found.get();
      }
    } catch (ApprovalException e) {
      throw CommandFailure.cannotJudge(
          "the request cannot be believed: " + e.getMessage(), "gatekeeper allowlist approve");
    }
    throw CommandFailure.no(
        "no call waits under this id; it was answered, taken back, or has expired",
        "gatekeeper allowlist approve --list");
  }

  private void print(List<ApprovalRequest> requests) {
    for (ApprovalRequest request : requests) {
      if (json) {
        console.print(
            Json.object()
                .put("id", request.id())
                .put("project", request.call().project())
                .put("server", request.call().server())
                .put("tool", request.call().tool())
                .put("list", request.call().list())
                .put("argumentsDigest", request.call().arguments())
                .put("arguments", request.shown())
                .put("asked", request.asked().toString())
                .put("expires", request.expires().toString()));
      } else {
        console.out().println(request.id() + "  " + title(request) + "  " + left(request));
      }
    }
    if (requests.isEmpty() && !json) {
      console.out().println("No call waits for an approval.");
    } else if (!json) {
      console.out().println("to see one and answer: gatekeeper allowlist approve ID [--deny]");
    }
  }

  private void show(ApprovalRequest request) {
    console.out().println("An agent wants to call " + title(request));
    console.out().println("  in        " + Console.printable(request.call().project()));
    console.out().println("  request   " + request.id() + ", " + left(request));
    console.out().println("  list      " + Console.printable(request.call().list()));
    console.out().println("  arguments");
    request
        .shown()
        .lines()
        .forEach(line -> console.out().println("    " + Console.printable(line)));
  }

  private static String title(ApprovalRequest request) {
    return Console.printable(request.call().tool())
        + " of server "
        + Console.printable(request.call().server());
  }

  private String left(ApprovalRequest request) {
    Instant now = console.clock().instant();
    return Math.max(1, Duration.between(now, request.expires()).toMinutes()) + " min left";
  }

  private void ask() throws CommandFailure {
    if (yes) {
      return;
    }
    console.demandYes(
        "Let this call pass, once?",
        CommandFailure.noTerminal("gatekeeper allowlist approve " + id + " --yes"),
        CommandFailure.no(
            "nothing was approved; the call waits until it expires",
            "gatekeeper allowlist approve " + id + " --deny"));
  }

  /** The record comes before the answer: what takes effect is in the log. */
  private void approve(PersonalVault personal, ApprovalFolder folder, ApprovalRequest request)
      throws CommandFailure, VaultException, IOException {
    try (OpenVault vault = personal.open();
        AuditLog log = personal.log(context(request))) {
      log.append(entry(request, "approved").with(Field.APPROVER, "passphrase"));
      folder.approve(request, vault.presence(), console.clock().instant());
    } catch (AuditException e) {
      throw CommandFailure.cannotJudge(
          "no approval without a record: " + e.fault().text(), "gatekeeper audit verify");
    } catch (ApprovalException e) {
      throw CommandFailure.no(
          String.valueOf(e.getMessage()), "let the agent ask again, then answer");
    }
    console.out().println("Approved, for this call and once.");
  }

  private void deny(PersonalVault personal, ApprovalFolder folder, ApprovalRequest request)
      throws IOException {
    folder.deny(request.id());
    try (AuditLog log = personal.log(context(request))) {
      log.append(entry(request, "denied"));
    } catch (AuditException e) {
      console.err().println("gatekeeper: warning: the denial is not recorded: " + e.fault().text());
    }
    console.out().println("Denied.");
  }

  private static AuditContext context(ApprovalRequest request) {
    AuditContext context = new AuditContext();
    context.project(request.call().project());
    context.list(request.call().list());
    return context;
  }

  private static Entry entry(ApprovalRequest request, String outcome) {
    return Entry.of(Event.APPROVAL)
        .with(Field.SERVER, request.call().server())
        .with(Field.TOOL, request.call().tool())
        .with(Field.OUTCOME, outcome)
        .with(Field.REASON, "request " + request.id())
        .with(Field.DIGEST, request.digest());
  }
}
