package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.arguments.PathView;
import dev.gatekeeper.allowlist.arguments.Rule;
import dev.gatekeeper.allowlist.lock.EntryDigest;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedServer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides what a list lets through.
 *
 * <p>Pure: equal arguments give equal decisions, as long as the path resolver does. What no rule
 * names is denied. Safe for use by several threads.
 */
public final class Policy {
  private static final byte[] NO_ARGUMENTS = "{}".getBytes(StandardCharsets.UTF_8);

  private final AllowList list;
  private final Optional<SortedMap<String, LockedServer>> locked;

  private Policy(AllowList list, Optional<SortedMap<String, LockedServer>> locked) {
    this.list = list;
    this.locked = locked;
  }

  /**
   * Judges by {@code list}, and by {@code lock} for definitions: one that is not locked is denied
   * under any glob. What was locked under another entry counts as not locked.
   */
  public static Policy of(AllowList list, Lock lock) {
    SortedMap<String, LockedServer> locked = new TreeMap<>();
    for (Server server : list.servers().values()) {
      lock.find(server.name())
          .filter(found -> found.entry().equals(EntryDigest.of(server)))
          .ifPresent(found -> locked.put(server.name(), found));
    }
    return new Policy(list, Optional.of(locked));
  }

  /** Judges by {@code list} alone, as if every definition had been reviewed. */
  public static Policy withoutLock(AllowList list) {
    return new Policy(list, Optional.empty());
  }

  /** What {@code server} was locked with, under the entry that it has. */
  public Optional<LockedServer> locked(String server) {
    return locked.map(servers -> servers.get(server));
  }

  /** The entries by which it judges. */
  public Collection<Server> servers() {
    return list.servers().values();
  }

  /** Whether a person had something of {@code server} to review, or its entry says why not. */
  public boolean isReviewed(Server server) {
    return locked.isEmpty()
        || server.access().dynamic().isPresent()
        || locked(server.name()).isPresent();
  }

  /** Judges {@code subject} as of {@code today}. */
  public Decision decide(Subject subject, LocalDate today, PathView paths) {
    Decision decision = decideAsIfLocked(subject, today, paths);
    Server server = list.servers().get(subject.server());
    return decision instanceof Decision.Denied
            || server == null
            || server.access().dynamic().isPresent()
            || locked.isEmpty()
            || isLocked(subject)
        ? decision
        : new Decision.Denied(
            Decision.Reason.NOT_LOCKED, "lock." + server.name(), "Nobody has reviewed it.");
  }

  /** What the entry's rules say, whether or not somebody has reviewed what they let through. */
  public Decision decideAsIfLocked(Subject subject, LocalDate today, PathView paths) {
    if (subject instanceof Subject.CommandRun run) {
      return run(run, today, paths);
    }
    Server server = list.servers().get(subject.server());
    if (server == null) {
      return new Decision.Denied(
          Decision.Reason.NOT_LISTED, "mcpServers", "The allow-list has no such server.");
    }
    String entry = "mcpServers." + server.name();
    if (server.review().expired(today)) {
      return new Decision.Denied(
          Decision.Reason.EXPIRED, entry + ".expires", "The allow-list entry has expired.");
    }
    Access access = server.access();
    if (subject instanceof Subject.Listing listing) {
      return listing(listing, access, entry); // not below: the first pattern switch takes 50 ms
    }
    return switch (subject) {
      case Subject.ToolCall call -> tool(call, access, entry, paths);
      case Subject.PromptGet get -> name(access.prompts(), get.prompt(), entry + ".prompts");
      case Subject.PromptCompletion completion ->
          name(access.prompts(), completion.prompt(), entry + ".prompts");
      case Subject.ResourceRead read -> uri(access.resources(), read.uri(), entry + ".resources");
      case Subject.TemplateCompletion completion ->
          uri(access.resources(), completion.uriTemplate(), entry + ".resources");
      case Subject.Listing listing -> listing(listing, access, entry);
      case Subject.ServerRequest request ->
          member(access.serverRequests(), requestName(request.method()), entry + ".serverRequests");
      case Subject.UnknownMethod method ->
          member(access.methods(), method.method(), entry + ".methods");
      case Subject.CommandRun run -> run(run, today, paths);
    };
  }

  private static Decision listing(Subject.Listing listing, Access access, String entry) {
    return switch (listing.kind()) {
      case TOOL -> name(access.tools(), listing.name(), entry + ".tools");
      case PROMPT -> name(access.prompts(), listing.name(), entry + ".prompts");
      case RESOURCE, TEMPLATE -> uri(access.resources(), listing.name(), entry + ".resources");
    };
  }

  /** Whether what is named was reviewed; a URI is named by a rule, and not by a definition. */
  private boolean isLocked(Subject subject) {
    if (subject instanceof Subject.Listing listing) {
      return isLocked(listing); // not below: the first pattern switch takes 50 ms
    }
    return switch (subject) {
      case Subject.ToolCall call -> isLocked(call, Subject.Kind.TOOL, call.tool());
      case Subject.PromptGet get -> isLocked(get, Subject.Kind.PROMPT, get.prompt());
      case Subject.PromptCompletion completion ->
          isLocked(completion, Subject.Kind.PROMPT, completion.prompt());
      case Subject.TemplateCompletion completion ->
          isLocked(completion, Subject.Kind.TEMPLATE, completion.uriTemplate());
      case Subject.Listing listing -> isLocked(listing);
      case Subject.ResourceRead _ -> true;
      case Subject.ServerRequest _ -> true;
      case Subject.UnknownMethod _ -> true;
      case Subject.CommandRun _ -> true;
    };
  }

  private boolean isLocked(Subject.Listing listing) {
    return listing.kind() == Subject.Kind.RESOURCE
        || isLocked(listing, listing.kind(), listing.name());
  }

  private boolean isLocked(Subject subject, Subject.Kind kind, String name) {
    return locked(subject.server()).flatMap(found -> found.find(kind, name)).isPresent();
  }

  private static Decision tool(Subject.ToolCall call, Access access, String entry, PathView paths) {
    Decision byName = name(access.tools(), call.tool(), entry + ".tools");
    Rule rule = access.arguments().get(call.tool());
    if (rule == null || byName instanceof Decision.Denied) {
      return byName;
    }
    return rule.violation(call.arguments().orElse(NO_ARGUMENTS), paths)
        .<Decision>map(
            why ->
                new Decision.Denied(
                    Decision.Reason.ARGUMENTS, entry + ".arguments." + call.tool(), why))
        .orElse(byName);
  }

  private Decision run(Subject.CommandRun run, LocalDate today, PathView paths) {
    Command command = list.commands().get(run.server());
    if (command == null) {
      return new Decision.Denied(
          Decision.Reason.NOT_LISTED, "commands", "The allow-list has no such command.");
    }
    String entry = "commands." + command.name();
    if (command.review().expired(today)) {
      return new Decision.Denied(
          Decision.Reason.EXPIRED, entry + ".expires", "The allow-list entry has expired.");
    }
    if (command.arguments().isEmpty()) {
      return run.arguments().isEmpty()
          ? new Decision.Allowed(entry)
          : new Decision.Denied(
              Decision.Reason.ARGUMENTS, entry, "The command takes no further arguments.");
    }
    Optional<String> violation =
        command.arguments().get().violation(ArgumentText.array(run.arguments()), paths);
    return violation.isEmpty()
        ? new Decision.Allowed(entry + ".arguments")
        : new Decision.Denied(Decision.Reason.ARGUMENTS, entry + ".arguments", violation.get());
  }

  /** A glob with {@code *} lets URIs through in their plain spelling only. */
  private static Decision uri(Rules rules, String uri, String rule) {
    Decision decision = name(rules, uri, rule);
    return decision instanceof Decision.Denied || ResourceUri.isPlain(uri) || rules.spells(uri)
        ? decision
        : new Decision.Denied(
            Decision.Reason.NOT_ALLOWED, rule, "The URI is not written in its plain form.");
  }

  private static Decision name(Rules rules, String name, String rule) {
    Rules.Match match = rules.match(name);
    if (match.glob().isEmpty()) {
      return new Decision.Denied(
          Decision.Reason.NOT_ALLOWED, rule, "No rule of the allow-list lets it through.");
    }
    String glob = " \"" + match.glob().get() + "\"";
    return switch (match.effect()) {
      case ALLOW -> new Decision.Allowed(rule + ".allow" + glob);
      case ASK -> new Decision.NeedsApproval(rule + ".ask" + glob);
      case DENY ->
          new Decision.Denied(
              Decision.Reason.DENIED, rule + ".deny" + glob, "The allow-list denies it.");
    };
  }

  private static Decision member(java.util.Set<String> names, String name, String rule) {
    return names.contains(name)
        ? new Decision.Allowed(rule + " \"" + name + "\"")
        : new Decision.Denied(
            Decision.Reason.NOT_ALLOWED, rule, "The allow-list entry does not name it.");
  }

  private static String requestName(String method) {
    return switch (method) {
      case "elicitation/create" -> "elicitation";
      case "sampling/createMessage" -> "sampling";
      case "roots/list" -> "roots";
      // A bare known word as a method name must not pass for the family that it names.
      default -> Access.SERVER_REQUESTS.contains(method) ? "" : method;
    };
  }
}
