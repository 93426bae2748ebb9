package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.AuditRecord;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.io.PrintStream;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which records {@code audit show} and {@code audit tail} print, and how. */
final class AuditFilter {
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhdw])");

  /** Columns of the table after n, time and event, in the order in which a person asks. */
  private static final List<Field> DETAILS =
      List.of(
          Field.SERVER,
          Field.TOOL,
          Field.METHOD,
          Field.SECRET,
          Field.VARIABLE,
          Field.OUTCOME,
          Field.ERROR,
          Field.RULE,
          Field.REASON,
          Field.REF);

  @Option(names = "--server", paramLabel = "NAME", description = "Only records of this server.")
  private @Nullable String server;

  @Option(names = "--tool", paramLabel = "NAME", description = "Only records of this tool.")
  private @Nullable String tool;

  @Option(
      names = "--secret",
      paramLabel = "REF",
      description = "Only records of this secret, e.g. github/token or secret:github/token.")
  private @Nullable String secret;

  @Option(names = "--session", paramLabel = "ID", description = "Only records of this session.")
  private @Nullable String session;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "Only records since then: 30m, 12h, 7d, 2026-01-31 or 2026-01-31T12:00:00Z.")
  private @Nullable String since;

  @Option(names = "--json", description = "Print each record as it stands in the log, one a line.")
  private boolean json;

  Predicate<AuditRecord> predicate(Clock clock) throws CommandFailure {
    String earliest = since == null ? "" : since(since, clock).toString();
    return one ->
        is(one, Field.SERVER, server)
            && is(one, Field.TOOL, tool)
            && isSecret(one)
            && is(one, Field.SESSION, session)
            && one.get(Field.TIME).orElse("").compareTo(earliest) >= 0;
  }

  private static boolean is(AuditRecord one, Field field, @Nullable String wanted) {
    return wanted == null || one.get(field).equals(Optional.of(wanted));
  }

  private boolean isSecret(AuditRecord one) {
    return secret == null
        || is(one, Field.SECRET, secret)
        || is(one, Field.SECRET, "secret:" + secret);
  }

  private static Instant since(String text, Clock clock) throws CommandFailure {
    Matcher ago = AGO.matcher(text);
    try {
      if (ago.matches()) {
        long count = Long.parseLong(ago.group(1));
        Duration unit =
            switch (ago.group(2)) {
              case "s" -> Duration.ofSeconds(1);
              case "m" -> Duration.ofMinutes(1);
              case "h" -> Duration.ofHours(1);
              case "d" -> Duration.ofDays(1);
              default -> Duration.ofDays(7);
            };
        return clock.instant().minus(unit.multipliedBy(count));
      }
      return text.indexOf('T') > 0
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw CommandFailure.usage("--since is not a time", "gatekeeper audit show --since 7d");
    }
  }

  void print(AuditRecord one, PrintStream out) {
    if (json) {
      out.println(one.json());
      return;
    }
    List<String> details = new ArrayList<>();
    for (Field field : DETAILS) {
      one.get(field).ifPresent(value -> details.add(field.key() + "=" + Console.printable(value)));
    }
    out.printf(
        "%6s  %s  %-13s  %s%n",
        one.get(Field.N).orElse(""),
        one.get(Field.TIME).orElse(""),
        one.event().text(),
        String.join("  ", details));
  }
}
