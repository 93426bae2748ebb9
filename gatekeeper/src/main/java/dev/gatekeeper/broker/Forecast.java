package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.audit.opening.Prints;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.source.SourceException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a launch would be given, by name: nothing is granted, started or revealed. The vault is
 * opened by what opens it without a person, if anything does.
 */
public final class Forecast {
  /** Where a variable comes from. */
  public enum Origin {
    /** The documented base. */
    BASE,
    /** {@code env} of the entry. */
    ENTRY,
    /** {@code files} of the entry: it holds the path of a file. */
    FILE
  }

  /**
   * One variable.
   *
   * @param replaced whether the entry's stands in the place of one of the base
   * @param references that its value is made of
   */
  public record Variable(
      String name, Origin origin, boolean replaced, Collection<Reference> references) {
    /** Copies. */
    public Variable {
      references = List.copyOf(references);
    }
  }

  /** What can be told of a reference without its value. */
  public enum State {
    /** Its source has it. */
    THERE,
    /** What gives it is there; whether it does shows at each launch. */
    ASKED_AT_LAUNCH,
    /** A launch would be refused. */
    MISSING
  }

  /**
   * One reference.
   *
   * @param why it is missing; empty unless it is
   * @param hint what a person does about it
   */
  public record Finding(Reference reference, State state, String why, Optional<String> hint) {}

  private final List<Variable> variables;
  private final List<Finding> findings;
  private final Optional<BrokerException> refusal;

  private Forecast(
      List<Variable> variables, List<Finding> findings, Optional<BrokerException> refusal) {
    this.refusal = refusal;
    this.variables = List.copyOf(variables);
    this.findings = List.copyOf(findings);
  }

  /**
   * Of an entry of a list that is in force.
   *
   * @param entry its name, as in the log
   * @param passphrases must not ask a person
   */
  public static Forecast of(
      String entry,
      Program program,
      Home home,
      PassphraseSource passphrases,
      LaunchContext context) {
    List<Finding> findings = new ArrayList<>();
    try (Opening opening = new Opening(home, passphrases, System::nanoTime)) {
      Sources sources = new Sources(home, opening);
      for (Reference reference : program.references()) {
        findings.add(finding(reference, entry, sources, context));
      }
    }
    return new Forecast(variables(program, context), findings, refusal(home, entry));
  }

  private static Optional<BrokerException> refusal(Home home, String entry) {
    try {
      new PresentVault(home, new Prints()).require(entry);
      return Optional.empty();
    } catch (BrokerException e) {
      return Optional.of(e);
    }
  }

  private static Finding finding(
      Reference reference, String entry, Sources sources, LaunchContext context) {
    try {
      sources.of(reference, entry, Set.of(reference), context).require(reference);
      State state = tells(reference) ? State.THERE : State.ASKED_AT_LAUNCH;
      return new Finding(reference, state, "", Optional.empty());
    } catch (BrokerException e) {
      return new Finding(reference, State.MISSING, String.valueOf(e.getMessage()), e.hint());
    } catch (SourceException e) {
      return new Finding(reference, State.MISSING, e.getMessage() + ".", e.hint());
    }
  }

  /** Whether a source knows what it has without giving it. */
  private static boolean tells(Reference reference) {
    return switch (Scheme.named(reference.scheme()).orElseThrow()) {
      case SECRET, TEAM, PASS, AGE, SOPS, ENV -> true;
      case OP, KEYCHAIN, LIBSECRET, BITWARDEN, DOPPLER, VAULT, AWS_SM, EXEC -> false;
    };
  }

  private static List<Variable> variables(Program program, LaunchContext context) {
    SortedMap<String, Variable> all = new TreeMap<>();
    for (String name : BaseEnvironment.of(context.environment()).keySet()) {
      all.put(name, new Variable(name, Origin.BASE, false, List.of()));
    }
    program
        .env()
        .forEach(
            (name, value) ->
                all.put(
                    name,
                    new Variable(
                        name,
                        Origin.ENTRY,
                        all.containsKey(name),
                        new TreeSet<>(value.references()))));
    program
        .files()
        .forEach(
            (name, reference) ->
                all.put(
                    name,
                    new Variable(name, Origin.FILE, all.containsKey(name), List.of(reference))));
    return List.copyOf(all.values());
  }

  /**
   * What each launch would be refused with, whatever it needs: the vault is not the present one.
   */
  public Optional<BrokerException> refusal() {
    return refusal;
  }

  /** By name. */
  public List<Variable> variables() {
    return variables;
  }

  /** Every reference of the entry, those of its arguments included. */
  public List<Finding> findings() {
    return findings;
  }
}
