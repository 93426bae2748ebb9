package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.catalog.ForeignText;
import dev.gatekeeper.proxy.Standing;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.vault.VaultException;
import dev.gatekeeper.vault.VaultFile;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What {@code serve} tells the agent of the list, the vault and the log. */
final class ServeStanding implements Standing {
  private final VaultFile vault;
  private final AuditLog log;
  private final UnaryOperator<Lock> accepted;
  private final boolean dialogAtStart;
  private volatile InForce inForce;

  /** The first policy: the lock is read while the agent still gets to know us. */
  private volatile @Nullable FutureTask<Policy> ahead;

  /**
   * @param accepted a lock with what a person accepted of what changed since
   */
  ServeStanding(InForce inForce, VaultFile vault, AuditLog log, UnaryOperator<Lock> accepted) {
    this.inForce = inForce;
    this.dialogAtStart = inForce.dialog();
    this.accepted = accepted;
    this.vault = vault;
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
    return Policy.of(now.list(), accepted.apply(now.lock()));
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
    return inForce instanceof InForce.Trusted trusted
        ? names + servers(trusted.list(), names.length())
        : inForce.text() + "\n" + names;
  }

  private static String servers(AllowList list, int taken) {
    int share = (ForeignText.CLIENT_CHARACTERS - taken) / Math.max(1, list.servers().size());
    StringBuilder servers = new StringBuilder();
    for (Server server : list.servers().values()) {
      int left = share - server.name().length() - 4; // line feed, colon, blank, ellipsis
      if (left >= 0) {
        String reason = ForeignText.shown(server.review().reason().orElse("no reason given"), left);
        servers.append('\n').append(server.name()).append(": ").append(reason);
      }
    }
    return servers.toString();
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
    return "list: " + inForce.text() + "\nvault: " + vaultText() + "\naudit: " + auditText() + "\n";
  }

  private String vaultText() {
    if (!vault.exists()) {
      return "none yet; a person types: gatekeeper vault init";
    }
    try {
      vault.header();
      return "there; it is opened when a server needs a secret";
    } catch (VaultException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String auditText() {
    return log.fault()
        .map(fault -> "takes no records: " + fault.text())
        .orElse("every call is recorded; check with: gatekeeper audit verify");
  }
}
