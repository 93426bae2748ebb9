package dev.gatekeeper.allowlist.check;

import dev.gatekeeper.allowlist.Access;
import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Names;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.check.Finding.Severity;
import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.allowlist.review.LiteralSecrets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a valid list still lacks before a team should trust it: reasons and owners, literal secrets,
 * expiry, pins. It judges the text alone: nothing is started, fetched or looked up.
 */
public final class ListCheck {
  /** Time to renew an entry without haste. */
  private static final int WARN_DAYS = 14;

  private final String file;
  private final Places places;
  private final LocalDate today;
  private final List<Finding> findings = new ArrayList<>();

  private ListCheck(String file, Places places, LocalDate today) {
    this.file = file;
    this.places = places;
    this.today = today;
  }

  /**
   * Checks a list as of {@code today}.
   *
   * @return in order of position; none is an error where the list is fit
   * @throws AllowListException if it is not valid in the first place
   */
  public static List<Finding> check(byte[] text, String file, LocalDate today)
      throws AllowListException {
    AllowList list = ListReader.read(text, file);
    ListCheck check = new ListCheck(file, Places.of(text, JsonReader.MAX_BYTES), today);
    for (Server server : list.servers().values()) {
      check.server(server);
    }
    for (Command command : list.commands().values()) {
      List<String> path = List.of("commands", command.name());
      check.review(command.review(), path);
      check.program(command.program(), path);
    }
    check.findings.sort(
        Comparator.<Finding>comparingInt(f -> f.problem().line())
            .thenComparingInt(f -> f.problem().column()));
    return check.findings;
  }

  private void server(Server server) {
    List<String> path = List.of("mcpServers", server.name());
    review(server.review(), path);
    rules(server, path);
    if (!server.redact()) {
      note(path, "redact", "known secrets are not masked in what this server sends", "");
    }
    switch (server) {
      case StdioServer stdio -> program(stdio.program(), path);
      case HttpServer http -> http(http, path);
    }
  }

  private void review(Review review, List<String> path) {
    if (review.reason().isEmpty()) {
      error(path, "", "no \"reason\": nobody can review what it is for", "write \"reason\": \"…\"");
    }
    if (review.owner().isEmpty()) {
      error(path, "", "no \"owner\": nobody answers for it", "write \"owner\": \"…\"");
    }
    Optional<LocalDate> expires = review.expires();
    if (review.expired(today)) {
      error(
          path,
          "expires",
          "expired on " + expires.orElseThrow() + ": it is denied",
          "review it and set a later date, or remove the entry");
    } else if (expires.isPresent() && !expires.get().isAfter(today.plusDays(WARN_DAYS))) {
      note(path, "expires", "expires on " + expires.get(), "review it");
    }
  }

  private void rules(Server server, List<String> path) {
    Access access = server.access();
    List<Rules> kinds = List.of(access.tools(), access.prompts(), access.resources());
    for (String tool : access.arguments().keySet()) {
      if (access.tools().match(tool).effect() == Rules.Effect.DENY) {
        error(
            below(path, "arguments"),
            tool,
            "a rule for the arguments of a tool that \"tools\" does not let through",
            "check the name: without it the tool that was meant has no rule");
      }
    }
    if (kinds.stream().allMatch(Rules::isEmpty)) {
      note(path, "", "lets nothing through", "name tools in \"tools\": {\"allow\": […]}");
    }
  }

  private void program(Program program, List<String> path) {
    boolean acknowledged = program.acknowledged().literalSecret().isPresent();
    boolean found = false;
    for (Map.Entry<String, Template> variable : program.env().entrySet()) {
      found |=
          literal(
              variable.getKey(), variable.getValue(), acknowledged, path, "env", variable.getKey());
    }
    String option = "";
    for (int i = 0; i < program.args().size(); i++) {
      Template arg = program.args().get(i);
      found |= literal(option, arg, acknowledged, path, "args", String.valueOf(i));
      String text = arg.toString();
      option = text.matches("--?[A-Za-z][A-Za-z_-]*") ? text.replaceFirst("^-+", "") : "";
    }
    stale(acknowledged && !found, path, "literalSecret");
    Optional<String> unpinned = Pins.unpinned(program);
    boolean known = program.acknowledged().unpinned().isPresent();
    if (unpinned.isPresent() && !known) {
      error(
          path,
          program.args().isEmpty() ? "command" : "args",
          "fetched by name without an exact version",
          unpinned.get() + ", or say \"unpinned\": \"why\"");
    }
    // Never stale: what is not fetched by name may be such that it cannot be pinned, too.
  }

  private void http(HttpServer server, List<String> path) {
    boolean acknowledged = server.literalSecret().isPresent();
    boolean found = literal("", server.url(), acknowledged, path, "url", "");
    for (Map.Entry<String, Template> header : server.headers().entrySet()) {
      String name = header.getKey().equals("authorization") ? "token" : header.getKey();
      found |= literal(name, header.getValue(), acknowledged, path, "headers", header.getKey());
    }
    stale(acknowledged && !found, path, "literalSecret");
    boolean asked = server.oauth().flatMap(OAuth::clientSecret).isPresent();
    if (asked && server.oauth().flatMap(OAuth::issuer).isEmpty()) {
      note(
          path,
          "oauth",
          "the server says to whom the client's secret is sent",
          "name the authorization server: \"issuer\": \"https://…\"");
    }
    if (server.host().matches("(.*\\.)?xn--.*")) {
      note(
          path,
          "url",
          "the host has letters beyond ASCII, which may look like others",
          "compare it with the vendor's own page");
    }
  }

  /** Whether one was found; reported unless acknowledged. */
  private boolean literal(
      String name,
      Template value,
      boolean acknowledged,
      List<String> path,
      String group,
      String key) {
    if (!LiteralSecrets.suspects(name, value)) {
      return false;
    }
    if (!acknowledged) {
      String secret = Names.secret(path.getLast(), group, key);
      error(
          below(path, group),
          key,
          "looks like a secret, and would be published with the repository",
          "gatekeeper vault put "
              + secret
              + ", then write secret:"
              + secret
              + " here; or say \"literalSecret\": \"why it is none\"");
    }
    return true;
  }

  private void stale(boolean stale, List<String> path, String key) {
    if (stale) {
      error(path, key, "\"" + key + "\" acknowledges nothing", "remove it");
    }
  }

  private void error(List<String> path, String key, String message, String hint) {
    add(Severity.ERROR, path, key, message, hint);
  }

  private void note(List<String> path, String key, String message, String hint) {
    add(Severity.NOTE, path, key, message, hint);
  }

  private void add(Severity severity, List<String> path, String key, String message, String hint) {
    List<String> full = key.isEmpty() ? path : below(path, key);
    At at = places.at(full);
    Optional<String> advice = hint.isEmpty() ? Optional.empty() : Optional.of(hint);
    Problem problem = new Problem(file, at.line(), at.column(), message, advice);
    findings.add(new Finding(severity, String.join(".", full), problem));
  }

  private static List<String> below(List<String> path, String key) {
    return Stream.concat(path.stream(), Stream.of(key)).toList();
  }
}
