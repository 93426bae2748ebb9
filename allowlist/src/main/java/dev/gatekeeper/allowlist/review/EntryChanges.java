package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.Access;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Lifetime;
import dev.gatekeeper.allowlist.Limits;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Sandbox;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.arguments.Rule;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.review.Change.Topic;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** What changed in one entry that stands in both lists. */
final class EntryChanges {
  private final Ledger ledger;
  private final GlobComparison globs;

  EntryChanges(Ledger ledger, GlobComparison globs) {
    this.ledger = ledger;
    this.globs = globs;
  }

  void compare(Server before, Server after) {
    switch (before) {
      case StdioServer was when after instanceof StdioServer now -> stdio(was, now);
      case HttpServer was when after instanceof HttpServer now ->
          new RemoteChanges(ledger).compare(was, now);
      case StdioServer was -> otherKind(before, after);
      case HttpServer was -> otherKind(before, after);
    }
    ledger.bound(
        Topic.LIFETIME,
        after instanceof HttpServer
            ? "how long a session with it is kept, and its secrets"
            : "how long a process lives, and its secrets",
        length(before.lifetime()).compareTo(length(after.lifetime())),
        Power.lifetime(before.lifetime()),
        Power.lifetime(after.lifetime()));
    access(before.access(), after.access());
    review(before.review(), after.review());
  }

  void compare(Command before, Command after) {
    new ProgramChanges(ledger).compare(before.program(), after.program());
    Optional<Rule> was = before.arguments();
    Optional<Rule> now = after.arguments();
    if (was.isPresent() && now.isEmpty()) {
      ledger.removes(Topic.ARGUMENTS, "takes no further arguments", was.get().text());
    } else if (was.isEmpty() && now.isPresent()) {
      ledger.grants(Topic.ARGUMENTS, "takes further arguments", now.get().text());
    } else if (was.isPresent()) {
      rule("", was.get(), now.orElseThrow());
    }
    review(before.review(), after.review());
  }

  private void otherKind(Server before, Server after) {
    ledger.add(
        Effect.GRANTS,
        Topic.SERVER,
        "is another kind of server",
        Power.launch(before),
        Power.launch(after));
  }

  private void stdio(StdioServer before, StdioServer after) {
    new ProgramChanges(ledger).compare(before.program(), after.program());
    sandbox(before.sandbox(), after.sandbox());
  }

  private void access(Access before, Access after) {
    RuleChanges rules = new RuleChanges(globs, ledger);
    rules.compare(Topic.TOOL, "tools", before.tools(), after.tools());
    rules.compare(Topic.PROMPT, "prompts", before.prompts(), after.prompts());
    rules.compare(Topic.RESOURCE, "resources", before.resources(), after.resources());
    arguments(before.arguments(), after);
    ledger.names(
        Topic.SECRET,
        "the agent may have a secret put into arguments",
        before.secretArguments().words(),
        after.secretArguments().words());
    ledger.names(
        Topic.REQUEST,
        "may be asked of the agent",
        before.serverRequests(),
        after.serverRequests());
    ledger.names(Topic.METHOD, "methods that pass unjudged", before.methods(), after.methods());
    if (before.redact() != after.redact()) {
      Effect effect = after.redact() ? Effect.REMOVES : Effect.GRANTS;
      String words = after.redact() ? "secrets are masked again" : "SECRETS ARE NO LONGER MASKED";
      ledger.add(effect, Topic.REDACTION, words, List.of(), List.of());
    }
    if (!before.argumentsKept().equals(after.argumentsKept())) {
      ledger.add(
          Effect.GRANTS, // of text beside the log there is more then, or of evidence less
          Topic.REDACTION,
          after.argumentsKept().isFullerThan(before.argumentsKept())
              ? "WHOLE ARGUMENTS ARE KEPT beside the log"
              : "what is kept of arguments beside the log",
          before.argumentsKept().words(),
          after.argumentsKept().words());
    }
    ledger.names(
        Topic.LOCKING,
        "fields of definitions that may differ from the lock",
        new TreeSet<>(before.volatileFields()),
        new TreeSet<>(after.volatileFields()));
    ledger.reason(
        Topic.LOCKING, "definitions are taken as they come", before.dynamic(), after.dynamic());
    ledger.bound(
        Topic.TIMEOUT,
        "how long a request may take",
        before.timeout().compareTo(after.timeout()),
        Power.duration(before.timeout()),
        Power.duration(after.timeout()));
    limits(before.limits(), after.limits());
  }

  private void arguments(Map<String, Rule> before, Access after) {
    TreeSet<String> tools = new TreeSet<>(before.keySet());
    tools.addAll(after.arguments().keySet());
    for (String tool : tools) {
      Optional<Rule> was = Optional.ofNullable(before.get(tool));
      Optional<Rule> now = Optional.ofNullable(after.arguments().get(tool));
      if (was.isPresent() && now.isPresent()) {
        rule(tool, was.get(), now.get());
      } else if (now.isPresent()) {
        String words = "a rule for the arguments of";
        argument(Effect.REMOVES, words, tool, List.of(), text(now));
      } else {
        boolean passes = after.tools().match(tool).effect() != Rules.Effect.DENY;
        Effect effect = passes ? Effect.GRANTS : Effect.NOTHING;
        argument(effect, "no rule any more for the arguments of", tool, text(was), List.of());
      }
    }
  }

  private static List<String> text(Optional<Rule> rule) {
    return rule.map(Rule::text).stream().toList();
  }

  private void argument(
      Effect effect, String words, String tool, List<String> before, List<String> after) {
    ledger.add(effect, Topic.ARGUMENTS, words, tool, before, after, List.of());
  }

  /** {@code tool} is empty for the further arguments of a command. */
  private void rule(String tool, Rule before, Rule after) {
    if (before.text().equals(after.text())) {
      return;
    }
    String words = tool.isEmpty() ? "rule for further arguments" : "rule for the arguments of";
    List<String> was = List.of(before.text());
    List<String> now = List.of(after.text());
    if (!after.isWithin(before)) {
      argument(Effect.GRANTS, "another, perhaps wider " + words, tool, was, now);
    } else if (!before.isWithin(after)) {
      argument(Effect.REMOVES, "a narrower " + words, tool, was, now);
    } else {
      argument(Effect.NOTHING, "another wording of the " + words, tool, was, now);
    }
  }

  private void limits(Limits before, Limits after) {
    limit("calls a minute", before.callsPerMinute(), after.callsPerMinute(), "no limit");
    limit("calls at one time", before.inFlight(), after.inFlight(), "no limit");
    limit("bytes of a message", before.maxMessage(), after.maxMessage(), "64 MiB");
  }

  private void limit(String words, OptionalInt before, OptionalInt after, String none) {
    int absent = words.equals("bytes of a message") ? 64 << 20 : Integer.MAX_VALUE;
    ledger.bound(
        Topic.LIMIT,
        words,
        Integer.compare(before.orElse(absent), after.orElse(absent)),
        before.isPresent() ? String.valueOf(before.getAsInt()) : none,
        after.isPresent() ? String.valueOf(after.getAsInt()) : none);
  }

  private void sandbox(Optional<Sandbox> before, Optional<Sandbox> after) {
    if (before.equals(after)) {
      return;
    }
    boolean narrower =
        after.isPresent()
            && (before.isEmpty()
                || ((before.get().network() || !after.get().network())
                    && before.get().write().containsAll(after.get().write())));
    ledger.add(
        narrower ? Effect.REMOVES : Effect.GRANTS,
        Topic.SANDBOX,
        "sandbox",
        before.map(Sandbox::words).stream().toList(),
        after.map(Sandbox::words).stream().toList());
  }

  private void review(Review before, Review after) {
    ledger.bound(
        Topic.EXPIRY,
        "counts until",
        before.expires().orElse(LocalDate.MAX).compareTo(after.expires().orElse(LocalDate.MAX)),
        before.expires().map(LocalDate::toString).orElse("no last day"),
        after.expires().map(LocalDate::toString).orElse("no last day"));
    said("reason", before.reason(), after.reason());
    said("owner", before.owner(), after.owner());
  }

  private void said(String words, Optional<String> before, Optional<String> after) {
    if (!before.equals(after)) {
      ledger.add(
          Effect.NOTHING, Topic.REVIEW, words, before.stream().toList(), after.stream().toList());
    }
  }

  /** One for each call is the shortest, whatever the calls take. */
  private static Duration length(Lifetime lifetime) {
    return switch (lifetime) {
      case Lifetime.Call call -> Duration.ZERO;
      case Lifetime.Idle idle -> idle.after();
      case Lifetime.Session session -> Duration.ofSeconds(Long.MAX_VALUE);
    };
  }
}
