package dev.gatekeeper.cli;

import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.passphrase.PassphraseSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One command line, run within the test: {@code CommandRun.in(folder).with("HOME", …).run("audit",
 * "verify")}, then look at {@link #exit}, {@link #out} and {@link #err}.
 */
public final class CommandRun {
  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private byte[] input = {};
  private Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Runnable meanwhile = () -> {};
  private int exit = -1;

  private CommandRun(Path directory) {
    this.directory = directory;
  }

  public static CommandRun in(Path directory) {
    return new CommandRun(directory);
  }

  public CommandRun with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CommandRun input(byte[] bytes) {
    input = bytes;
    return this;
  }

  public CommandRun at(Clock now) {
    clock = now;
    return this;
  }

  /** What somebody else does while the passphrase is asked for. */
  CommandRun whileAsked(Runnable other) {
    meanwhile = other;
    return this;
  }

  public CommandRun run(String... arguments) {
    PassphraseSource source = PassphraseSource.nonInteractive(environment);
    Console console =
        new Console(
            new ByteArrayInputStream(input),
            out,
            err,
            environment,
            directory,
            clock,
            (prompt, confirm) -> {
              meanwhile.run();
              return source.ask(prompt, confirm);
            });
    exit = Main.run(List.of(arguments), console);
    return this;
  }

  public int exit() {
    return exit;
  }

  byte[] outBytes() {
    return out.toByteArray();
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
