package dev.gatekeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    String all = String.join(",", calls);
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Tools.require("strace").toString(), "-f", "-qq"));
    command.addAll(only);
    command.addAll(List.of("-e", "trace=" + all, "-e", "inject=" + all + ":signal=STOP"));
    command.addAll(program);
    Process strace = new ProcessBuilder(command).redirectOutput(output.toFile()).start();
    int stops = 0;
    try (BufferedReader told = strace.errorReader()) {
      String call = "";
      for (String line = told.readLine(); line != null; line = told.readLine()) {
        if (line.contains("--- SIGSTOP {")) {
          Optional<ProcessHandle> stopped = strace.children().findFirst();
          if (stopped.isPresent() && standsStill(stopped.get().pid())) {
            sight.see("stop " + ++stops + ", " + call);
            new ProcessBuilder("kill", "-CONT", Long.toString(stopped.get().pid()))
                .start()
                .waitFor();
          }
        } else if (!line.contains("---")) {
          call = line;
        }
      }
      assertThat(strace.waitFor()).isZero();
    } finally {
      strace.descendants().forEach(ProcessHandle::destroyForcibly);
      strace.destroyForcibly();
    }
    assertThat(stops).isPositive();
    return stops;
  }

  /**
   * The signal reaches one thread at first, and the others may be in the middle of something. Two
   * threads can be given one each for the same stop: for the second, the program has gone on, and
   * stands still at its next call, or has ended.
   */
  private static boolean standsStill(long pid) throws IOException, InterruptedException {
    Path threads = Path.of("/proc/" + pid + "/task");
    while (true) {
      Set<Character> states = states(threads);
      if (states.isEmpty() || Set.of('Z', 'X').containsAll(states)) {
        return false; // ended
      }
      if (Set.of('T', 't').containsAll(states)) {
        return true;
      }
      TimeUnit.MICROSECONDS.sleep(200);
    }
  }

  private static Set<Character> states(Path threads) throws IOException {
    Set<Character> states = new HashSet<>();
    try (Stream<Path> all = Files.list(threads)) {
      for (Path thread : all.toList()) {
        String stat = readIfThere(thread.resolve("stat"));
        if (!stat.isEmpty()) {
          states.add(stat.charAt(stat.lastIndexOf(')') + 2));
        }
      }
    } catch (NoSuchFileException e) {
      return Set.of();
    }
    return states;
  }

  /** A thread can end before it is read: the file is then missing, or its reading fails. */
  private static String readIfThere(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
