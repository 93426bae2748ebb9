package dev.gatekeeper.allowlist;

import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/** One server of the list. */
public sealed interface Server permits StdioServer, HttpServer {
  /** The name that stands before {@code __} in the names the agent sees. */
  String name();

  /** Reason, owner, expiry. */
  Review review();

  /** The same entry, under another review. */
  Server under(Review other);

  /** What may pass. */
  Access access();

  /** How long a process of it, or a session with it, is kept, and its secrets with it. */
  Lifetime lifetime();

  /** The secrets that it has from its start on. */
  SortedSet<Reference> given();

  /** Every secret that may reach it: from its start on, or in an argument. */
  default SortedSet<Reference> secrets() {
    SortedSet<Reference> secrets = new TreeSet<>(given());
    secrets.addAll(access().secretArguments().references());
    return secrets;
  }

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
