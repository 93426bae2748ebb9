package dev.gatekeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
          long pid = strace.children().findFirst().orElseThrow().pid();
          awaitStandstill(pid);
          sight.see("stop " + ++stops + ", " + call);
          new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start().waitFor();
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

  /** The signal reaches one thread at first, and the others may be in the middle of something. */
  private static void awaitStandstill(long pid) throws IOException {
    while (!stands(Path.of("/proc/" + pid + "/task"))) {
      Thread.onSpinWait();
    }
  }

  private static boolean stands(Path threads) throws IOException {
    try (Stream<Path> all = Files.list(threads)) {
      for (Path thread : all.toList()) {
        if (!Files.readString(thread.resolve("stat")).matches("(?s).*\\) [Tt] .*")) {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException e) {
      return false; // a thread that has just ended
    }
  }
}
