package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.catalog.ForeignText;
import dev.gatekeeper.cli.doctor.VaultStanding;
import dev.gatekeeper.cli.login.LoginState;
import dev.gatekeeper.cli.vault.OpenUntil;
import dev.gatekeeper.cli.vault.team.TeamStanding;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.proxy.Standing;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.trust.InForce;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What {@code serve} tells the agent of the list, the vault and the log. */
final class ServeStanding implements Standing {
  private static final String BY_NAME =
      " Where a server's line says so, write the name, such as secret:shop/password, in place of a"
          + " password or token: the server gets the value, you do not need it.";

  /** Of a name that a configuration gave us; one of a server is shorter. */
  private static final int MAX_SHOWN = 64;

  private final Home home;
  private final Path project;
  private final AuditLog log;
  private final UnaryOperator<Lock> accepted;
  private final Optional<String> only;
  private final boolean dialogAtStart;
  private volatile InForce inForce;
  private @Nullable SeenVaults seen;

  /** The first policy: the lock is read while the agent still gets to know us. */
  private volatile @Nullable FutureTask<Policy> ahead;

  /**
   * @param project canonical directory
   * @param accepted a lock with what a person accepted of what changed since
   * @param only the one server of the list that this session governs; empty: all of it
   */
  ServeStanding(
      InForce inForce,
      Home home,
      Path project,
      AuditLog log,
      UnaryOperator<Lock> accepted,
      Optional<String> only) {
    this.only = only;
    this.inForce = inForce;
    this.dialogAtStart = inForce.dialog();
    this.accepted = accepted;
    this.home = home;
    this.project = project;
    this.log = log;
    FutureTask<Policy> first = new FutureTask<>(() -> judge(inForce));
    this.ahead = first;
    Thread.ofPlatform().daemon().name("gatekeeper-lock").start(first);
  }

  /** What counts from now on. */
  void inForce(InForce now) {
    ahead = null;
    inForce = now;
  }

  @Override
  public Policy policy() {
    FutureTask<Policy> first = ahead;
    ahead = null;
    if (first != null) {
      try {
        return first.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        // The same is said again below, to whoever asks.
      }
    }
    return judge(inForce);
  }

  private Policy judge(InForce now) {
    return Policy.of(governed(now), accepted.apply(now.lock()));
  }

  private AllowList governed(InForce now) {
    return only.isPresent() ? now.list().only(only.get()) : now.list();
  }

  /** Where the list does not have the one server of this session: that, and what to type. */
  private String missing(InForce now) {
    if (only.isEmpty() || now.list().servers().containsKey(only.get())) {
      return "";
    }
    return "This session governs one server (serve --only "
        + ForeignText.shown(only.get(), MAX_SHOWN)
        + "), and the list in force has none of that name: no tool of any server is there. "
        + Usage.nearest(only.get(), now.list().servers().keySet())
            .map(near -> "It has " + near + ". ")
            .orElse("")
        + "A person types: gatekeeper allowlist show, and mends the name in the client's"
        + " configuration\n";
  }

  /** What the person who starts the session is to know of it; empty where it is nothing. */
  Optional<String> remark() {
    InForce now = inForce;
    return Optional.of(missing(now).strip())
        .filter(text -> !text.isEmpty() && now instanceof InForce.Trusted);
  }

  /** Each part stands on a line of its own; each server has the same share of what is shown. */
  @Override
  public String instructions() {
    String names =
        "Tools of the allowed MCP servers are named server__tool. gatekeeper_status tells what is"
            + " allowed here and what a person has to type where something is missing;"
            + " gatekeeper_request asks a person for a server, tool or secret by name.";
    // No pattern switch: the first one of a process takes 50 ms, and this is what an agent waits
    // for.
    InForce now = inForce;
    return now instanceof InForce.Trusted
        ? missing(now) + names + servers(governed(now), names.length())
        : now.text() + "\n" + names;
  }

  private static String servers(AllowList list, int before) {
    boolean named = list.servers().values().stream().anyMatch(one -> !byName(one).isEmpty());
    StringBuilder servers = new StringBuilder(named ? BY_NAME : "");
    int taken = before + servers.length();
    int share = (ForeignText.CLIENT_CHARACTERS - taken) / Math.max(1, list.servers().size());
    for (Server server : list.servers().values()) {
      int left = share - server.name().length() - 4; // line feed, colon, blank, ellipsis
      if (left >= 0) {
        String reason = server.review().reason().orElse("no reason given");
        String whole = byName(server).isEmpty() ? reason : reason + ". " + byName(server);
        servers.append('\n').append(server.name()).append(": ");
        servers.append(ForeignText.shown(whole, left));
      }
    }
    return servers.toString();
  }

  /** Where the agent may write the name of a secret: no definition of the server tells it. */
  private static String byName(Server server) {
    return String.join("; ", server.access().secretArguments().words());
  }

  @Override
  public String listDigest() {
    return inForce.list().digest() + inForce.lockDigest().map(lock -> " " + lock).orElse("");
  }

  /** Taken at the start, as the key that approvals are signed by is; ends at once. */
  @Override
  public boolean dialogApproves() {
    return dialogAtStart && inForce.dialog();
  }

  @Override
  public String text() {
    InForce now = inForce;
    StringBuilder text = new StringBuilder("list: " + now.text());
    if (now instanceof InForce.Trusted && only.isPresent()) {
      text.append('\n').append(missing(now)).append("of these, this session governs: ");
      text.append(governed(now).servers().keySet());
    }
    text.append("\nvault: ").append(vaultText()).append(teamText());
    text.append("\naudit: ").append(auditText()).append('\n');
    for (Server server : governed(now).servers().values()) {
      if (server instanceof HttpServer remote) {
        text.append(lackingLogin(remote));
      }
      if (!byName(server).isEmpty()) {
        text.append("secrets that may be named to ").append(server.name()).append(": ");
        text.append(byName(server)).append('\n');
      }
    }
    return text.toString();
  }

  private String lackingLogin(HttpServer server) {
    return LoginState.of(home, server)
        .filter(login -> !login.isFit())
        .map(login -> "login to " + server.name() + ": " + login.text(Instant.now()) + '\n')
        .orElse("");
  }

  /** Kept: it has read the log once somebody has asked. */
  private synchronized SeenVaults seen() {
    SeenVaults now = seen == null ? new SeenVaults(home.resolve("audit")) : seen;
    seen = now;
    return now;
  }

  private String vaultText() {
    VaultStanding standing = VaultStanding.of(home, seen());
    if (standing.header().isEmpty()) {
      return standing.fault();
    }
    if (KillSwitch.in(home).state().closed()) {
      return "closed; a person types: gatekeeper vault open";
    }
    return OpenUntil.of(home, standing.header().get())
        .map(until -> "open until " + OpenUntil.text(until))
        .orElse(
            "there; a keyring or a passphrase file opens it when a server needs a secret. Where"
                + " there is neither, a person types: gatekeeper vault open");
  }

  private String teamText() {
    return TeamStanding.of(home, project).map(team -> "\nteam vault: " + team.text()).orElse("");
  }

  private String auditText() {
    return log.fault()
        .map(fault -> "takes no records: " + fault.text())
        .orElse("every call is recorded; check with: gatekeeper audit verify");
  }
}
