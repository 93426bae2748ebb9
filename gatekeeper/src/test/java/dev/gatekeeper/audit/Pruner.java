package dev.gatekeeper.audit;

import dev.gatekeeper.audit.upkeep.Pruning;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A process that prunes all but the last segment of a log. */
public final class Pruner {
  private Pruner() {}

  /** Argument: the directory of the log. */
  public static void main(String[] args) throws Exception {
    try (AuditLog log = AuditLog.open(Path.of(args[0]), SampleLog.options())) {
      Pruning.prune(log, Instant.now().plusSeconds(60));
    }
  }

  static List<String> command(Path log) {
    return Recoverer.command(Pruner.class, log);
  }
}
