package dev.gatekeeper.allowlist;

import java.nio.file.Path;
import java.util.List;

/**
 * What a confined server may still do: it reads what its user may read, writes nowhere else, and
 * sees no other process.
 *
 * @param network whether it may open connections
 * @param write directories below which it may write
 */
public record Sandbox(boolean network, List<Template> write) {
  public Sandbox {
    write = List.copyOf(write);
  }

  /**
   * The directories below which it may write, absolute. They need not exist.
   *
   * @param home the person's
   */
  public List<Path> writable(Path project, Path home) {
    return write.stream().map(directory -> directory.path(project, home)).toList();
  }

  /** The same in words. */
  public String words() {
    List<String> directories = write.stream().map(Template::toString).toList();
    return (network ? "network" : "no network")
        + (directories.isEmpty() ? "" : ", writes below " + String.join(", ", directories));
  }
}
