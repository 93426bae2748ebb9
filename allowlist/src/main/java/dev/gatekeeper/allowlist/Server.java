package dev.gatekeeper.allowlist;

import java.time.Duration;
import java.util.SortedSet;

/** One server of the list. */
public sealed interface Server permits StdioServer, HttpServer {
  /** The name that stands before {@code __} in the names the agent sees. */
  String name();

  /** Reason, owner, expiry. */
  Review review();

  /** What may pass. */
  Access access();

  /** Tools that exist for the agent. */
  default Rules tools() {
    return access().tools();
  }

  /** Prompts that exist for the agent. */
  default Rules prompts() {
    return access().prompts();
  }

  /** Resources that exist for the agent, by URI. */
  default Rules resources() {
    return access().resources();
  }

  /** What the server may ask of the agent. */
  default SortedSet<String> serverRequests() {
    return access().serverRequests();
  }

  /** How long a request may take without progress. */
  default Duration timeout() {
    return access().timeout();
  }

  /** Bounds; empty members mean the program's defaults. */
  default Limits limits() {
    return access().limits();
  }

  /** Whether known secret values are masked in what it sends. */
  default boolean redact() {
    return access().redact();
  }
}
