package dev.gatekeeper.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Git, run on a repository that may be hostile: its configuration names programs, its hooks are
 * some. None of them runs, nothing is fetched behind our back, and the caller's {@code GIT_*} do
 * not count.
 */
public final class Git {
  /** Plumbing takes milliseconds; a network, with a hardware key to be touched, a minute. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** Bytes of an answer: a list of 600,000 commits. */
  private static final int MAX_OUTPUT = 64 << 20;

  /** What {@link Answer#said} is of a command that was ended at its deadline. */
  public static final String LATE = "gatekeeper: no end in time";

  /** Bytes of what git says that are kept. */
  private static final int MAX_SAID = 16 << 10;

  /** Fixed places: a {@code PATH} that somebody else wrote chooses no program here. */
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/bin/git"), Path.of("/usr/local/bin/git"), Path.of("/opt/homebrew/bin/git"));

  private static final Map<String, String> ENVIRONMENT =
      Map.ofEntries(
          Map.entry("PATH", "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin"),
          Map.entry("LC_ALL", "C"),
          Map.entry("GIT_NO_LAZY_FETCH", "1"),
          Map.entry("GIT_NO_REPLACE_OBJECTS", "1"),
          Map.entry("GIT_OPTIONAL_LOCKS", "0"),
          Map.entry("GIT_TERMINAL_PROMPT", "0"),
          Map.entry("GIT_AUTHOR_NAME", "gatekeeper"),
          Map.entry("GIT_AUTHOR_EMAIL", "gatekeeper@localhost"),
          Map.entry("GIT_COMMITTER_NAME", "gatekeeper"),
          Map.entry("GIT_COMMITTER_EMAIL", "gatekeeper@localhost"));

  /** What a repository is asked with: no configuration but its own, and no transport. */
  private static final Map<String, String> LOCAL =
      Map.of(
          "HOME",
          "/nonexistent",
          "GIT_CONFIG_NOSYSTEM",
          "1",
          "GIT_CONFIG_GLOBAL",
          "/dev/null",
          "GIT_ALLOW_PROTOCOL",
          "none");

  private static final Map<String, String> OF_ANY_OWNER =
      Map.of(
          "GIT_CONFIG_COUNT",
          "1",
          "GIT_CONFIG_KEY_0",
          "safe.directory",
          "GIT_CONFIG_VALUE_0",
          "*",
          "GIT_LITERAL_PATHSPECS",
          "1");

  private static final List<String> OPTIONS =
      List.of(
          "--no-pager",
          "-c",
          "core.hooksPath=/dev/null",
          "-c",
          "core.fsmonitor=false",
          "-c",
          "gc.auto=0",
          "-c",
          "maintenance.auto=false");

  private final Path program;
  private final Path directory;
  private final Duration deadline;
  private final Map<String, String> environment;

  private Git(Path program, Path directory, Duration deadline, Map<String, String> environment) {
    this.program = program;
    this.directory = directory;
    this.deadline = deadline;
    this.environment = new HashMap<>(ENVIRONMENT);
    this.environment.putAll(environment);
  }

  /** The repository that {@code directory} lies in; nothing where there is none, or no git. */
  public static Optional<Git> in(Path directory) throws IOException {
    return in(directory, DEADLINE);
  }

  /**
   * The repository that {@code directory} lies in; nothing where there is none, or no git.
   *
   * @param deadline for each command, after which it is ended
   */
  public static Optional<Git> in(Path directory, Duration deadline) throws IOException {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    Git git = new Git(program.get(), directory, deadline, LOCAL);
    return git.ask("rev-parse", "--git-dir").isPresent() ? Optional.of(git) : Optional.empty();
  }

  /**
   * Git in a directory that belongs to no repository, so that no repository's configuration counts;
   * nothing where there is no git.
   */
  public static Optional<Git> outside(Duration deadline, Map<String, String> variables) {
    return program().map(program -> new Git(program, Path.of("/"), deadline, variables));
  }

  /**
   * A repository whose files anybody may own, if it is one, to read objects of: that runs no
   * program which it names. Paths are no patterns; nothing where there is no git.
   */
  public static Optional<Git> ofAnyOwner(Path repository) {
    Map<String, String> variables = new HashMap<>(LOCAL);
    variables.putAll(OF_ANY_OWNER);
    return program().map(program -> new Git(program, repository, DEADLINE, variables));
  }

  /**
   * The same, of the repository and the index that variables of git name, as in a hook.
   *
   * @param deadline for each command, after which it is ended
   */
  public static Optional<Git> ofAnyOwner(
      Path repository, Map<String, String> named, Duration deadline) {
    Map<String, String> variables = new HashMap<>(LOCAL);
    variables.putAll(OF_ANY_OWNER);
    variables.putAll(named);
    return program().map(program -> new Git(program, repository, deadline, variables));
  }

  private static Optional<Path> program() {
    return PROGRAMS.stream().filter(Files::isExecutable).findFirst();
  }

  /** Another repository, run with other variables. */
  public Git with(Path other, Map<String, String> variables) {
    return new Git(program, other, deadline, variables);
  }

  /**
   * What a process left.
   *
   * @param said the beginning of what it says to a person, foreign words included; empty where that
   *     is in the output
   */
  public record Answer(boolean done, ByteArrayOutputStream output, String said) {
    /** The output as text. */
    public String text() {
      return output.toString(StandardCharsets.UTF_8);
    }
  }

  /** One line of output; nothing where git says no. */
  public Optional<String> ask(String... arguments) throws IOException {
    Answer answer = run(new byte[0], false, arguments);
    return answer.done() ? Optional.of(answer.text().strip()) : Optional.empty();
  }

  /** The output of a command that must not fail. */
  public byte[] must(byte[] input, String... arguments) throws IOException {
    Answer answer = run(input, false, arguments);
    if (!answer.done()) {
      throw new IOException("git " + arguments[0] + " failed");
    }
    return answer.output().toByteArray();
  }

  /**
   * Runs one command to its end.
   *
   * @param told whether the output has in it what git says to a person
   */
  public Answer run(byte[] input, boolean told, String... arguments) throws IOException {
    Process process = command(arguments).redirectErrorStream(told).start();
    AtomicBoolean late = new AtomicBoolean();
    CompletableFuture.delayedExecutor(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              late.set(process.isAlive()); // before it is ended, which closes what is read here
              end(process);
            });
    Thread.ofVirtual().start(() -> feed(process, input));
    CompletableFuture<String> said = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> said.complete(beginning(process.getErrorStream())));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (InputStream from = process.getInputStream()) {
      output.writeBytes(from.readNBytes(MAX_OUTPUT));
      if (from.read() >= 0) {
        throw new IOException("git " + arguments[0] + " answers with too much");
      }
      boolean done = process.waitFor() == 0;
      if (late.get()) {
        return new Answer(false, output, LATE);
      }
      // A process that was left behind may hold it open.
      return new Answer(done, output, said.completeOnTimeout("", 1, TimeUnit.SECONDS).get());
    } catch (IOException e) {
      if (late.get()) {
        return new Answer(false, new ByteArrayOutputStream(), LATE);
      }
      throw e;
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      end(process);
    }
  }

  private ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(OPTIONS);
    command.addAll(List.of("-C", directory.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  /** Takes an answer while it comes. */
  public interface Reader {
    void read(InputStream output) throws IOException;
  }

  /**
   * Runs one command whose answer may have any length.
   *
   * @throws IOException also where git says no, or does not end in time
   */
  public void stream(byte[] input, Reader reader, String... arguments) throws IOException {
    Process process = command(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    CompletableFuture.delayedExecutor(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> end(process));
    Thread.ofVirtual().start(() -> feed(process, input));
    try (InputStream from = process.getInputStream()) {
      reader.read(from);
      if (process.waitFor() != 0) {
        throw new IOException("git " + arguments[0] + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      end(process);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Reads to the end, so that nobody waits for a full pipe. */
  private static String beginning(InputStream stream) {
    try (stream) {
      byte[] first = stream.readNBytes(MAX_SAID);
      stream.transferTo(OutputStream.nullOutputStream());
      return new String(first, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input);
    } catch (IOException e) {
      // Whoever ends without reading its input says so by its status.
    }
  }
}
