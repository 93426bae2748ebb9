package dev.gatekeeper.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the program of a source lies: in places of the system, or where a person says. Never
 * through {@code PATH}: whoever starts the session, the agent, writes that.
 */
final class Programs {
  private static final List<String> PLACES =
      List.of("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/bin");

  /** What a program finds its own programs with, e.g. {@code pass} its {@code gpg}. */
  static final String PATH = String.join(":", PLACES);

  /** Packages that are not called as their program is. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "secret-tool", "libsecret-tools",
          "op", "1password-cli",
          "bw", "bitwarden-cli",
          "aws", "awscli");

  private Programs() {}

  /**
   * The absolute path of a program.
   *
   * @param name without a slash, or absolute
   */
  static Path find(String name, OwnRows own) throws SourceException {
    if (name.startsWith("/")) {
      return chosen(Path.of(name), own);
    }
    Optional<String> said = own.program(name);
    if (said.isPresent()) {
      return chosen(Path.of(said.get()), own);
    }
    for (String place : PLACES) {
      Path program = Path.of(place, name);
      if (Files.isRegularFile(program) && Files.isExecutable(program)) {
        return program;
      }
    }
    throw new SourceException(
        "needs the program \"" + name + "\", which is in none of " + String.join(", ", PLACES),
        Optional.of(
            "install "
                + PACKAGES.getOrDefault(name, name)
                + ", or name its path under \"programs\" in "
                + own.file()));
  }

  private static Path chosen(Path program, OwnRows own) throws SourceException {
    try {
      Path real = program.toRealPath();
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(real);
      if (modes.contains(PosixFilePermission.GROUP_WRITE)
          || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new SourceException(
            "needs " + program + ", which others can write",
            Optional.of("chmod go-w '" + real + "'"));
      }
      if (Files.isRegularFile(real) && Files.isExecutable(real)) {
        return program;
      }
    } catch (IOException e) {
      // not there: said below
    }
    throw new SourceException(
        "needs " + program + ", which is no program", Optional.of("name another in " + own.file()));
  }
}
