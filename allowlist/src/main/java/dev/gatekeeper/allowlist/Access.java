package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.arguments.Rule;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What may pass between the agent and one server, in either direction.
 *
 * @param arguments rules for the arguments of tools, by tool name
 * @param secretArguments where the agent may name a secret whose value the server then gets
 * @param argumentsKept what is kept beside the log of the arguments of requests
 * @param serverRequests what the server may ask of the agent: {@code elicitation}, {@code
 *     sampling}, {@code roots}, or a whole method name that this program does not know
 * @param methods methods that this program does not know and passes on all the same
 * @param timeout how long a request may take without progress
 * @param redact whether known secret values are masked in what it sends
 * @param volatileFields JSON pointers into definitions that may differ from the lock
 * @param dynamic why definitions depend on the credentials in use
 */
public record Access(
    Rules tools,
    Rules prompts,
    Rules resources,
    SortedMap<String, Rule> arguments,
    SecretArguments secretArguments,
    ArgumentsKept argumentsKept,
    SortedSet<String> serverRequests,
    SortedSet<String> methods,
    Duration timeout,
    Limits limits,
    boolean redact,
    List<String> volatileFields,
    Optional<String> dynamic) {
  /**
   * Long enough for a build that reports no progress; a person notices a server that hangs before.
   */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  public Access {
    arguments = Collections.unmodifiableSortedMap(new TreeMap<>(arguments));
    serverRequests = Collections.unmodifiableSortedSet(new TreeSet<>(serverRequests));
    methods = Collections.unmodifiableSortedSet(new TreeSet<>(methods));
    volatileFields = List.copyOf(volatileFields);
  }

  /** Names that {@link #serverRequests} may hold for the methods of the protocol. */
  public static final Set<String> SERVER_REQUESTS = Set.of("elicitation", "roots", "sampling");
}
