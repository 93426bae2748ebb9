package dev.gatekeeper.pin;

import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.wire.Printable;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A package manager, run for a person with that person's environment: whence it fetches, and with
 * which credentials, is its own configuration. Never run by {@code serve}.
 */
final class Tool {
  /** Bytes of an answer: a report on a thousand packages. */
  private static final int MAX_OUTPUT = 16 << 20;

  /** Characters of what it says that are kept: the cause stands at the end. */
  private static final int KEPT = 16_384;

  /** Characters of it that a person is shown. */
  private static final int SHOWN = 600;

  /** Long enough for a large image on a slow line; a person waits, and may interrupt. */
  private static final Duration DEADLINE = Duration.ofMinutes(15);

  private final Path program;
  private final Map<String, String> environment;

  private Tool(Path program, Map<String, String> environment) {
    this.program = program;
    this.environment = new TreeMap<>(environment);
  }

  /** The program of that name on the PATH of {@code environment}; only absolute elements count. */
  static Optional<Path> find(String name, Map<String, String> environment) {
    for (String element : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (element.startsWith("/")) {
        Path candidate = Path.of(element, name);
        if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  /** The tool of that name on a person's PATH. */
  static Tool of(String name, Map<String, String> environment) throws PinException {
    Path program =
        find(name, environment)
            .orElseThrow(
                () ->
                    new PinException(
                        "'" + name + "' was not found on PATH", "install " + name + " first"));
    return new Tool(program, environment);
  }

  /** A program whose place is known. */
  static Tool at(Path program, Map<String, String> environment) {
    return new Tool(program, environment);
  }

  /**
   * Runs it to its end and gives its standard output.
   *
   * @throws PinException when it fails; with the end of what it said
   */
  String run(Path directory, List<String> arguments) throws PinException, IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Process process = builder.start();
    CompletableFuture.delayedExecutor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> end(process));
    CompletableFuture<String> said =
        CompletableFuture.supplyAsync(
            () -> tail(process.getErrorStream()), task -> Thread.ofVirtual().start(task));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (InputStream from = process.getInputStream()) {
      output.writeBytes(from.readNBytes(MAX_OUTPUT));
      if (from.read() >= 0) {
        throw new PinException(name() + " answers with too much");
      }
      if (process.waitFor() != 0) {
        throw new PinException(name(arguments) + " failed: " + said.join());
      }
      return output.toString(StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      end(process);
    }
  }

  private String name() {
    return String.valueOf(program.getFileName());
  }

  /** What is run, by the word that a person would type: {@code npm view}, {@code pip install}. */
  private String name(List<String> arguments) {
    return arguments.getFirst().equals("-m") && arguments.size() > 2
        ? arguments.get(1) + " " + arguments.get(2)
        : name() + " " + arguments.getFirst();
  }

  /** The cause, out of what it says; all of it is read, so that it does not stop at a full pipe. */
  private static String tail(InputStream from) {
    StringBuilder tail = new StringBuilder();
    byte[] buffer = new byte[8192];
    try (from) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        tail.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        tail.delete(0, Math.max(0, tail.length() - KEPT));
      }
    } catch (IOException e) {
      tail.append(" (its messages ended early)");
    }
    return Printable.of(cause(tail.toString().strip()));
  }

  /**
   * The last line that calls itself an error, as pip's do, with what is indented below it; else
   * whole lines of the end.
   */
  private static String cause(String said) {
    int error = ("\n" + said).lastIndexOf("\nERROR");
    String shown = error < 0 ? said : said.substring(error).split("\n(?! )", 2)[0];
    String end = shown.substring(Math.max(0, shown.length() - SHOWN));
    int line = end.length() < shown.length() ? end.indexOf('\n') : -1;
    return end.substring(line + 1).strip().replaceAll("\\s*\n\\s*", "; ");
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
