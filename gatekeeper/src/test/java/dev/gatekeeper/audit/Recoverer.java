package dev.gatekeeper.audit;

import dev.gatekeeper.audit.upkeep.Recovery;
import java.nio.file.Path;
import java.util.List;

/** A process that recovers a log, accepting loss. */
public final class Recoverer {
  private Recoverer() {}

  /** Argument: the directory of the log. */
  public static void main(String[] args) throws Exception {
    Recovery.recover(Path.of(args[0]), SampleLog.options(), true, records -> {});
  }

  static List<String> command(Path log) {
    return command(Recoverer.class, log);
  }

  static List<String> command(Class<?> program, Path log) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        program.getName(),
        log.toString());
  }
}
