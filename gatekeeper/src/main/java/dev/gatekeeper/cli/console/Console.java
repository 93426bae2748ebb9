package dev.gatekeeper.cli.console;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.kernel.Descriptor;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.passphrase.Terminal;
import dev.gatekeeper.wire.Printable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * All that a command may know of the process around it, so that a test can run a command within
 * itself. A class, not a record: the environment may hold secrets, and has no {@code toString}.
 */
public final class Console {
  private final InputStream in;
  private final OutputStream standardOutput;
  private final Watched watched;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final Path directory;
  private final Clock clock;
  private final PassphraseSource passphrases;
  private final boolean ofThisProcess;

  public Console(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Map<String, String> environment,
      Path directory,
      Clock clock,
      PassphraseSource passphrases) {
    this(in, out, err, environment, directory, clock, passphrases, false);
  }

  private Console(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Map<String, String> environment,
      Path directory,
      Clock clock,
      PassphraseSource passphrases,
      boolean ofThisProcess) {
    this.ofThisProcess = ofThisProcess;
    this.in = in;
    this.standardOutput = out;
    this.watched = new Watched(out);
    this.out = new PrintStream(watched, true, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.environment = Map.copyOf(environment);
    this.directory = directory;
    this.clock = clock;
    this.passphrases = passphrases;
  }

  /**
   * The console of this process. From here on {@link System#out} is standard error: whatever a
   * library prints can no longer end up in the protocol or in the output of a command.
   */
  public static Console ofThisProcess() {
    System.setOut(System.err);
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Clock.systemUTC(),
        PassphraseSource.of(System.getenv()),
        true);
  }

  /** Standard input, unbuffered. */
  public InputStream in() {
    return in;
  }

  /** Where a command prints its answer, as UTF-8. */
  public PrintStream out() {
    return out;
  }

  /** Why a part of what was printed to {@link #out} is nowhere: a full disk, say. */
  public Optional<IOException> unwritten() {
    out.flush();
    return watched.failure();
  }

  /**
   * Prints one JSON object on a line of its own. What {@link #printable} would not leave as it is
   * stands as {@code \}{@code uXXXX}, which means the same: a person may look at it, too.
   */
  public void print(JsonWriter object) {
    String json = new String(object.toBytes(), StandardCharsets.UTF_8);
    out.println(printable(json).equals(json) ? json : escaped(json));
  }

  private static String escaped(String json) {
    StringBuilder escaped = new StringBuilder();
    json.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            one -> {
              if (printable(one).equals(one)) {
                escaped.append(one);
              } else {
                one.chars().forEach(unit -> escaped.append("\\u%04x".formatted(unit)));
              }
            });
    return escaped.toString();
  }

  /** Where a command prints what is not its answer, as UTF-8. */
  public PrintStream err() {
    return err;
  }

  /**
   * Tells a person at a terminal how far a command is.
   *
   * @param what what is done, in one word
   */
  public Progress progress(String what) {
    boolean shown = ofThisProcess && Descriptor.standardErrorIsTerminal();
    return new Progress(err, shown, what, System::nanoTime);
  }

  /** Standard output as bytes, unbuffered: for the protocol, and for the output of a child. */
  public OutputStream standardOutput() {
    return standardOutput;
  }

  /** The environment of this process. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The working directory, absolute. */
  public Path directory() {
    return directory;
  }

  /** What {@code ${home}} in an argument rule means; where there is none, nobody's files. */
  public Path personHome(Home home) {
    Path person = Path.of(environment.getOrDefault("HOME", ""));
    return person.isAbsolute() && Files.isDirectory(person) ? person : home.path();
  }

  /** Now, in UTC. */
  public Clock clock() {
    return clock;
  }

  /** The day in UTC: a date in a list means the same day wherever somebody reads it. */
  public LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** Where the passphrase of the vault comes from; a test has no person at a terminal. */
  public PassphraseSource passphrases() {
    return passphrases;
  }

  /**
   * Goes on where a person types yes at the terminal.
   *
   * @param alone what fails where there is no terminal
   * @param refused what fails at any other word
   */
  public void demandYes(String question, CommandFailure alone, CommandFailure refused)
      throws CommandFailure {
    String answer = new Terminal().visible(question + " Type yes: ").orElseThrow(() -> alone);
    if (!answer.strip().equals("yes")) {
      throw refused;
    }
  }

  /**
   * {@code text} with everything that could steer a terminal or disguise itself (control and format
   * characters, line breaks, unpaired surrogates) written as {@code \}{@code uXXXX}. For every text
   * that somebody else wrote: names of servers, arguments, messages.
   */
  public static String printable(String text) {
    return Printable.of(text);
  }
}
