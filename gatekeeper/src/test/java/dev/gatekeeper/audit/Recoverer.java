package dev.gatekeeper.audit;

import dev.gatekeeper.audit.upkeep.Recovery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that recovers a log, accepting loss. */
public final class Recoverer {
  private Recoverer() {}

  /** Argument: the directory of the log. */
  public static void main(String[] args) throws Exception {
    Recovery.recover(Path.of(args[0]), SampleLog.options(), true);
  }

  static Process start(List<String> before, Path log) throws IOException {
    return start(before, Recoverer.class, log);
  }

  static Process start(List<String> before, Class<?> program, Path log) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx64m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(program.getName(), log.toString()));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
