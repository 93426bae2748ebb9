package dev.gatekeeper.source;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.kernel.KernelException;
import dev.gatekeeper.vault.key.SecretValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Values that a program gives: one row of the table, or a person's own rows. */
public final class CommandSource implements Source {
  private static final int MAX_BYTES = 64 << 10; // as in the vault

  private final Scheme scheme;
  private final Setting setting;

  /**
   * @param scheme of a row, or {@code exec}
   */
  public CommandSource(Scheme scheme, Setting setting) {
    this.scheme = scheme;
    this.setting = setting;
  }

  /** One question, ready to be asked. */
  private record Question(Row row, Path program, List<String> arguments, String name) {}

  @Override
  public String name() {
    return scheme.word();
  }

  @Override
  public OptionalLong generation() {
    return OptionalLong.empty();
  }

  @Override
  public void require(Reference reference) throws SourceException {
    try {
      question(reference);
    } catch (SourceException e) {
      throw about(reference, e);
    }
  }

  @Override
  public SecretValue reveal(Reference reference) throws SourceException {
    try {
      Question question = question(reference);
      try (Answer answer =
          Tool.ask(
              question.program,
              question.arguments,
              environment(question.row),
              question.row.deadline())) {
        return value(question, answer);
      }
    } catch (KernelException e) {
      throw new SourceException(
          reference + ": its program cannot be started: " + e.getMessage(), Optional.empty());
    } catch (SourceException e) {
      throw about(reference, e);
    }
  }

  @Override
  public String renewal(Reference reference) {
    return "give it a longer value where " + scheme.word() + " keeps it";
  }

  private static SourceException about(Reference reference, SourceException e) {
    return new SourceException(reference + " " + e.getMessage(), e.hint());
  }

  private Question question(Reference reference) throws SourceException {
    OwnRows own = OwnRows.in(setting.home());
    String name = reference.name();
    Row row;
    if (scheme == Scheme.EXEC) {
      int slash = name.indexOf('/');
      row = own.row(slash < 0 ? name : name.substring(0, slash));
      name = slash < 0 ? "" : name.substring(slash + 1);
    } else {
      row = Table.row(scheme);
    }
    Path program = Programs.find(row.program(), own);
    return new Question(row, program, row.arguments().of(name, setting), name);
  }

  private Map<String, String> environment(Row row) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", Programs.PATH);
    environment.put("HOME", setting.userHome());
    environment.put("LC_ALL", "C.UTF-8");
    for (String name : List.of("LOGNAME", "TMPDIR", "USER")) {
      inherit(name, environment);
    }
    row.inherited().forEach(name -> inherit(name, environment));
    environment.putAll(row.set());
    return environment;
  }

  private void inherit(String name, Map<String, String> environment) {
    String value = setting.variable(name);
    if (!value.isEmpty() && value.indexOf('\0') < 0) {
      environment.put(name, value);
    }
  }

  private SecretValue value(Question question, Answer answer) throws SourceException {
    String program = "\"" + question.program.getFileName() + "\"";
    Optional<String> look = Optional.of(question.row.look());
    switch (answer.end()) {
      case EXITED -> {}
      case TIMEOUT ->
          throw new SourceException(
              "was not given: "
                  + program
                  + " did not answer within "
                  + question.row.deadline().toSeconds()
                  + " s",
              look);
      case TOO_MUCH ->
          throw new SourceException(
              "was not given: " + program + " prints more than a secret", look);
      case HELD_OPEN ->
          throw new SourceException(
              "was not given: " + program + " left its output open to what it started", look);
      case INTERRUPTED ->
          throw new SourceException("was not given: the session ends", Optional.empty());
    }
    if (answer.status() != 0) {
      throw meaning(question.row, answer)
          .map(meaning -> new SourceException(meaning.text(), Optional.of(meaning.hint())))
          .orElseGet(
              () ->
                  new SourceException(
                      "was not given: " + program + " failed with status " + answer.status(),
                      look));
    }
    byte[] value = question.row.value().of(answer.output(), question.name);
    if (value.length == 0 || value.length > MAX_BYTES) {
      boolean empty = value.length == 0;
      Arrays.fill(value, (byte) 0);
      throw new SourceException(
          empty ? "is empty" : "has more than " + MAX_BYTES + " bytes", Optional.empty());
    }
    return SecretValue.taking(value);
  }

  private static Optional<Row.Meaning> meaning(Row row, Answer answer) {
    return row.meanings().stream().filter(meaning -> meaning.fits(answer)).findFirst();
  }
}
