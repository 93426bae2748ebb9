package dev.gatekeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that stands still after every one of these system calls, by strace. What lies on the
 * disk then is what it would leave if it were killed there, or anywhere before its next such call:
 * one run shows what else takes a process for each of them.
 */
public final class Stopped {
  /** What is seen while the program stands still. */
  @FunctionalInterface
  public interface Sight {
    void see(String call) throws Exception;
  }

  private final List<String> calls;
  private final List<String> only = new ArrayList<>();

  private Stopped(String... calls) {
    this.calls = List.of(calls);
  }

  /** After each of these calls, by their names on Linux. */
  public static Stopped after(String... calls) {
    return new Stopped(calls);
  }

  /** Only where the call is about one of these files, by name or by a descriptor of it. */
  public Stopped on(Path file) {
    only.addAll(List.of("-P", file.toString()));
    return this;
  }

  /** Runs it to its end; how often it stood still, which is at least once. */
  public int run(List<String> program, Path output, Sight sight) throws Exception {
    Path trace = Files.createTempFile(output.getParent(), "strace", "");
    Path errors = Files.createTempFile(output.getParent(), "strace", "");
    String all = String.join(",", calls);
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Tools.require("strace").toString(), "-f", "-qq"));
    command.addAll(List.of("-o", trace.toString()));
    command.addAll(only);
    command.addAll(List.of("-e", "trace=" + all, "-e", "inject=" + all + ":signal=STOP"));
    command.addAll(program);
    Process strace =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    int stops = 0;
    try {
      // Not by what strace tells: two threads can be given a signal each for one stop, and of one
      // that came while another was ended nothing need be told.
      while (strace.isAlive()) {
        Optional<Long> stopped = child(strace, program.getFirst()).filter(Stopped::standsStill);
        if (stopped.isPresent()) {
          sight.see("stop " + ++stops + ", " + lastCall(trace));
          goOn(stopped.get());
        }
        TimeUnit.MICROSECONDS.sleep(500);
      }
      assertThat(strace.exitValue()).as(Files.readString(errors)).isZero();
    } finally {
      strace.descendants().forEach(ProcessHandle::destroyForcibly);
      strace.destroyForcibly();
    }
    assertThat(stops).isPositive();
    return stops;
  }

  /** strace has other children for a moment, by which it learns what the kernel can do. */
  private static Optional<Long> child(Process strace, String program) {
    return strace
        .children()
        .map(ProcessHandle::pid)
        .filter(pid -> readIfThere(Path.of("/proc/" + pid + "/cmdline")).startsWith(program + "\0"))
        .findFirst();
  }

  private static String lastCall(Path trace) throws IOException {
    return Files.readAllLines(trace).stream()
        .filter(line -> !line.contains("---"))
        .reduce("", (_, later) -> later);
  }

  private static void goOn(long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start().waitFor();
    // What is still seen then, for whatever reason, is a stop like another.
    for (int i = 0; i < 100 && standsStill(pid); i++) {
      TimeUnit.MICROSECONDS.sleep(200);
    }
  }

  /** The signal reaches one thread at first, and the others may be in the middle of something. */
  private static boolean standsStill(long pid) {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/task"))) {
      List<Path> threads = all.toList();
      return !threads.isEmpty() && threads.stream().allMatch(Stopped::isStopped);
    } catch (IOException | UncheckedIOException e) {
      return false; // it has just ended
    }
  }

  private static boolean isStopped(Path thread) {
    return readIfThere(thread.resolve("stat")).matches("(?s).*\\) [Tt] .*");
  }

  /** A process or thread can end before it is read: the file is then missing, or unreadable. */
  private static String readIfThere(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
