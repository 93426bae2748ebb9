package dev.gatekeeper.cli.doctor;

import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.broker.Forecast;
import dev.gatekeeper.broker.Forecast.Finding;
import dev.gatekeeper.broker.Forecast.State;
import dev.gatekeeper.broker.Forecast.Variable;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a launch would be given, as lines for a person or an object for a script. */
final class ForecastText {
  private final String entry;
  private final Optional<String> host;
  private final Forecast forecast;

  /**
   * @param host of a remote server; empty where a program is started here
   */
  ForecastText(String entry, Optional<String> host, Forecast forecast) {
    this.entry = entry;
    this.host = host;
    this.forecast = forecast;
  }

  /** A remote server has nothing of the base. */
  private List<Variable> variables() {
    return forecast.variables().stream()
        .filter(one -> host.isEmpty() || one.origin() == Forecast.Origin.ENTRY)
        .toList();
  }

  /** Whether nothing is known to be missing. */
  boolean isWhole() {
    return forecast.refusal().isEmpty()
        && forecast.findings().stream().noneMatch(finding -> finding.state() == State.MISSING);
  }

  void print(Console console) {
    line(
        console,
        host.map(where -> entry + " is sent, at " + where + ":")
            .orElse(entry + " sees these variables, if its session starts where you are:"));
    int width = variables().stream().mapToInt(one -> one.name().length()).max().orElse(0);
    for (Variable variable : variables()) {
      String references =
          variable.references().stream().map(Reference::toString).collect(Collectors.joining(" "));
      line(
          console,
          ("  %-" + width + "s  %s  %s")
              .formatted(variable.name(), origin(variable), references)
              .stripTrailing());
    }
    forecast
        .refusal()
        .ifPresent(
            refusal -> {
              line(console, String.valueOf(refusal.getMessage()));
              refusal.hint().ifPresent(hint -> line(console, "  hint: " + hint));
            });
    for (Finding finding : forecast.findings()) {
      line(console, finding.reference() + ": " + state(finding));
      hint(finding).ifPresent(hint -> line(console, "  hint: " + hint));
    }
  }

  /** Nobody puts the key of a login into the vault by hand. */
  private Optional<String> hint(Finding finding) {
    return finding.state() == State.MISSING
            && finding.reference().name().startsWith(OAuth.FOLDER)
            && finding.hint().filter(hint -> hint.startsWith("gatekeeper vault put")).isPresent()
        ? Optional.of("gatekeeper login " + entry)
        : finding.hint();
  }

  private static void line(Console console, String text) {
    console.out().println(Console.printable(text));
  }

  private static String origin(Variable variable) {
    String origin =
        switch (variable.origin()) {
          case BASE -> "base";
          case ENTRY -> "entry";
          case FILE -> "file of the entry";
        };
    return variable.replaced() ? origin + ", not the base's" : origin;
  }

  private static String state(Finding finding) {
    return switch (finding.state()) {
      case THERE -> "is there";
      case ASKED_AT_LAUNCH -> "is asked for at each launch; its program is there";
      case MISSING -> finding.why();
    };
  }

  void json(Console console) {
    JsonWriter object = Json.object().put("entry", entry).put("whole", isWhole());
    forecast
        .refusal()
        .ifPresent(refusal -> object.put("refused", String.valueOf(refusal.getMessage())));
    console.print(
        object
            .array(
                "variables",
                array ->
                    variables()
                        .forEach(
                            variable ->
                                array.object(
                                    it ->
                                        it.put("name", variable.name())
                                            .put("from", word(variable.origin().name()))
                                            .put("replacesBase", variable.replaced())
                                            .array(
                                                "references",
                                                names ->
                                                    variable
                                                        .references()
                                                        .forEach(
                                                            one -> names.add(one.toString()))))))
            .array("references", array -> findings().forEach(array::raw)));
  }

  private List<byte[]> findings() {
    return forecast.findings().stream()
        .map(
            finding -> {
              var object =
                  Json.object()
                      .put("reference", finding.reference().toString())
                      .put("state", word(finding.state().name()));
              if (finding.state() == State.MISSING) {
                object.put("why", finding.why());
              }
              hint(finding).ifPresent(hint -> object.put("hint", hint));
              return object.toBytes();
            })
        .toList();
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
