package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.allowlist.trust.AcceptedHere;
import dev.gatekeeper.cli.allowlist.trust.ReviewStanding;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.doctor.VaultStanding;
import dev.gatekeeper.cli.login.LoginState;
import dev.gatekeeper.cli.vault.OpenUntil;
import dev.gatekeeper.cli.vault.team.TeamStanding;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.request.AccessRequests;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.PinnedIdentity;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.approval.ApprovalFolder;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.trust.signature.SignatureFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code gatekeeper status}: what is in force here. It opens nothing and asks for nothing, so an
 * agent's shell may type it.
 */
@Command(description = "Say what is in force here: list, vault, servers, chain.")
final class StatusCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Home home = Home.locate(console.environment());
    Project project = Project.find(console.environment(), console.directory());
    Trust trust = new Trust(home);
    InForce inForce = trust.inForce(project);
    ReviewStanding review = ReviewStanding.of(trust, project, now());
    Part vault = vault(home);
    Optional<TeamStanding> team = TeamStanding.of(home, project.directory());
    Part chain = chain(home.resolve("audit"));
    int calls = new ApprovalFolder(home).waiting(console.clock().instant()).requests().size();
    int requests = new AccessRequests(home.path(), console.clock()).count();
    if (json) {
      print(home, project, inForce, review, vault, team, chain, calls, requests);
    } else {
      row("project", project.directory().toString());
      row("list", inForce.text());
      review.signatures().ifPresent(it -> row("signed", it));
      review.branch().ifPresent(it -> row("follows", followed(it)));
      SignatureFolder.passedOver(project.signatures()).ifPresent(it -> row("signed", it));
      Policy policy = Policy.of(inForce.list(), inForce.lock());
      policy.servers().forEach(server -> row("server", sentence(server, policy)));
      AcceptedHere.of(console, home, project, inForce.lock())
          .sentences()
          .forEach((server, text) -> row("accepted", accepted(server, text)));
      logins(policy, home)
          .forEach((server, login) -> row("login", server + ", " + login.text(now())));
      row("vault", vault.text());
      team.ifPresent(it -> row("team", it.text()));
      row("identity", identity());
      row("chain", chain.text());
      if (calls > 0) {
        row("calls", calls + " under \"ask\" wait for: gatekeeper allowlist approve");
      }
      if (requests > 0) {
        row("requests", requests + " of agents wait: gatekeeper allowlist requests");
      }
      row("home", home.path().toString());
      row("version", Version.text() + ", Java " + Runtime.version());
    }
    return 0;
  }

  private void row(String name, String value) {
    console.out().println(name + " ".repeat(9 - name.length()) + Console.printable(value));
  }

  /** A session asks the remote, this command does not: the two may differ. */
  private static String followed(Upstream branch) {
    return "branch "
        + branch.branch()
        + " of "
        + branch.url()
        + ": a session has what it has now. To take that over here: gatekeeper allowlist trust"
        + " --update";
  }

  private static String accepted(String server, String text) {
    return server + ", " + text + "; to take it back: " + AcceptedHere.withdrawal(server);
  }

  private static SortedMap<String, LoginState> logins(Policy policy, Home home) {
    SortedMap<String, LoginState> logins = new TreeMap<>();
    for (Server server : policy.servers()) {
      if (server instanceof HttpServer remote) {
        LoginState.of(home, remote).ifPresent(state -> logins.put(server.name(), state));
      }
    }
    return logins;
  }

  private Instant now() {
    return console.clock().instant();
  }

  /** Whether an administrator says whose trust counts. */
  private static String identity() {
    PinnedIdentity pinned = new PinnedIdentity();
    return pinned.isThere()
        ? "pinned by " + pinned.file()
        : "not pinned: no administrator says in " + pinned.file() + " whose trust counts here";
  }

  private String sentence(Server server, Policy policy) {
    return server.name()
        + ", "
        + kind(server)
        + (isExpired(server) ? ", expired: denied" : "")
        + (policy.isReviewed(server)
            ? ""
            : ", not locked: offers nothing ("
                + server.review().typed("gatekeeper allowlist lock " + server.name())
                + ")");
  }

  private static String kind(Server server) {
    return switch (server) {
      case StdioServer _ -> "stdio";
      case HttpServer http -> "http at " + http.host();
    };
  }

  private boolean isExpired(Server server) {
    return server.review().expired(console.today());
  }

  private void print(
      Home home,
      Project project,
      InForce inForce,
      ReviewStanding review,
      Part vault,
      Optional<TeamStanding> team,
      Part chain,
      int calls,
      int requests) {
    JsonWriter object =
        Json.object()
            .put("version", Version.text())
            .put("home", home.path().toString())
            .put("project", project.directory().toString())
            .object(
                "list",
                list -> {
                  list.put("state", state(inForce)).put("text", inForce.text());
                  if (inForce instanceof InForce.Trusted trusted) {
                    list.put("digest", trusted.list().digest());
                    trusted.lockDigest().ifPresent(lock -> list.put("lock", lock));
                    list.put("rule", trusted.rule().word());
                  }
                })
            .array("servers", servers -> fill(servers, Policy.of(inForce.list(), inForce.lock())))
            .array("accepted", AcceptedHere.of(console, home, project, inForce.lock())::write)
            .object(
                "logins",
                all ->
                    logins(Policy.of(inForce.list(), inForce.lock()), home)
                        .forEach(
                            (server, login) -> all.object(server, one -> login.print(one, now()))))
            .object("vault", it -> fill(it, vault, home))
            .put("identityPinned", new PinnedIdentity().isThere())
            .object("chain", it -> it.put("state", chain.state()).put("text", chain.text()))
            .object("waiting", it -> it.put("calls", calls).put("requests", requests));
    review.signatures().ifPresent(it -> object.put("signaturesLacking", it));
    review
        .branch()
        .ifPresent(
            it ->
                object.object(
                    "follows", one -> one.put("branch", it.branch()).put("url", it.url())));
    SignatureFolder.passedOver(project.signatures())
        .ifPresent(it -> object.put("signaturesPassedOver", it));
    team.ifPresent(
        its ->
            object.object(
                "team",
                it ->
                    it.put("state", its.word())
                        .put("text", its.text())
                        .array("members", array -> its.members().forEach(array::add))));
    console.print(object);
  }

  private static void fill(JsonWriter object, Part vault, Home home) {
    object.put("state", vault.state()).put("text", vault.text());
    if (vault.state().equals("present")) {
      object.put("closed", KillSwitch.in(home).state().closed());
      OpenUntil.of(home).ifPresent(until -> object.put("openUntil", until.toString()));
    }
  }

  private void fill(JsonWriter.Elements array, Policy policy) {
    for (Server server : policy.servers()) {
      array.object(
          it -> {
            it.put("name", server.name())
                .put("transport", server instanceof StdioServer ? "stdio" : "http")
                .put("expired", isExpired(server))
                .put("locked", policy.isReviewed(server));
            if (server instanceof HttpServer http) {
              it.put("host", http.host());
            }
          });
    }
  }

  private static String state(InForce inForce) {
    return switch (inForce) {
      case InForce.Trusted _ -> "trusted";
      case InForce.NotTrusted _ -> "not-trusted";
      case InForce.NoList _ -> "none";
      case InForce.Broken _ -> "broken";
    };
  }

  /** One part of the whole: a word for scripts, a sentence for people. */
  private record Part(String state, String text) {}

  /** What can be said of a vault without opening it. */
  private static Part vault(Home home) {
    VaultStanding standing = VaultStanding.of(home, new SeenVaults(home.resolve("audit")));
    return new Part(
        standing.word(),
        standing
            .header()
            .map(
                header ->
                    "there ("
                        + String.join(", ", header.slots())
                        + "), "
                        + OpenUntil.text(home, header))
            .orElse(standing.fault()));
  }

  /** The verdict that needs no key. */
  private static Part chain(Path directory) {
    if (!Files.isDirectory(directory.resolve("log"))) {
      return new Part("none", "nothing is recorded yet");
    }
    try {
      AuditReport report = AuditVerifier.withoutKey().verify(directory);
      return report
          .finding()
          .map(found -> new Part("altered", found.text() + ". Look: gatekeeper audit verify"))
          .orElseGet(() -> new Part("sound", report.records() + " records, sound without a key"));
    } catch (CannotJudge e) {
      return new Part("unknown", e.text());
    }
  }
}
