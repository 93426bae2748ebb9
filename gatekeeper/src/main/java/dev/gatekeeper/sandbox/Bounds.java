package dev.gatekeeper.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one process may see and do. All paths are absolute.
 *
 * @param network whether it may open connections to anywhere but itself
 * @param writable directories below which it may write, as the list names them
 * @param project the project's directory, which it can read
 * @param directory its working directory, which it can read
 * @param home the gatekeeper's own directory, which it cannot see
 * @param shown directories that it can read wherever they lie: its installed program, its files
 *     with secrets
 * @param temporary its {@code TMPDIR} and the person's; they need not exist
 * @param runtime the person's {@code XDG_RUNTIME_DIR}
 */
public record Bounds(
    boolean network,
    List<Path> writable,
    Path project,
    Path directory,
    Path home,
    List<Path> shown,
    List<Path> temporary,
    Optional<Path> runtime) {
  public Bounds {
    writable = List.copyOf(writable);
    shown = List.copyOf(shown);
    temporary = List.copyOf(temporary);
  }
}
