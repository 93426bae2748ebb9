package dev.gatekeeper.allowlist.arguments;

import java.io.IOException;
import java.nio.file.Path;

/** The file system as argument rules see it. */
public interface PathView {
  /** The project's directory, canonical. */
  Path project();

  /** The person's home directory, canonical. */
  Path home();

  /**
   * The path that {@code absolute} names once {@code .}, {@code ..} and every symbolic link are
   * resolved in the order in which the kernel resolves them; what does not exist yet stands below
   * its deepest existing ancestor.
   *
   * @throws IOException if it is not absolute, or it cannot be told where the path leads
   */
  Path canonical(String absolute) throws IOException;
}
