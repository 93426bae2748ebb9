package dev.gatekeeper.proxy.approval;

import dev.gatekeeper.trust.approval.Approvals;
import java.time.Duration;

/**
 * How calls that wait for a person are put before one.
 *
 * @param approvals of this session
 * @param project canonical directory of the session, for the person to read
 * @param patience how long a call waits before the agent hears that nobody answered yet
 */
public record Asking(Approvals approvals, String project, Duration patience) {
  /** Below the 60 s after which clients built on the MCP SDKs give a request up. */
  public static final Duration PATIENCE = Duration.ofSeconds(45);
}
