package dev.gatekeeper.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The directory that holds everything the program keeps for one person.
 *
 * <p>Guarantee: the directory exists, is not a symbolic link, belongs to the user that runs this
 * process, and nobody else can write in it. Whoever could would choose the lists and keys that the
 * program believes.
 */
public final class Home {
  private final Path path;

  private Home(Path path) {
    this.path = path;
  }

  /**
   * Finds the home that {@code env} names, and creates it with mode 0700 when it is missing: {@code
   * GATEKEEPER_HOME}, else {@code $XDG_DATA_HOME/gatekeeper} (XDG Base Directory Specification),
   * else the platform's data directory.
   *
   * @throws IOException when it cannot be created, or when somebody else could change it; the
   *     message says what to type
   */
  public static Home locate(Map<String, String> env) throws IOException {
    Path path = name(env, System.getProperty("os.name", ""));
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      DurableFile.createDirectory(path);
    }
    OwnerOnly.checkDirectory(path);
    return new Home(path);
  }

  /** The same, for whoever only reads: empty where there is none yet, and none is created. */
  public static Optional<Home> existing(Map<String, String> env) throws IOException {
    Path path = name(env, System.getProperty("os.name", ""));
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    OwnerOnly.checkDirectory(path);
    return Optional.of(new Home(path));
  }

  static Path name(Map<String, String> env, String platform) throws IOException {
    String chosen = env.getOrDefault("GATEKEEPER_HOME", "");
    if (!chosen.isEmpty()) {
      return absolute("GATEKEEPER_HOME", chosen);
    }
    String home = env.getOrDefault("HOME", System.getProperty("user.home", ""));
    if (platform.toLowerCase(Locale.ROOT).startsWith("mac")) {
      return absolute("HOME", home).resolve("Library/Application Support/gatekeeper");
    }
    String data = env.getOrDefault("XDG_DATA_HOME", "");
    // The XDG specification: a relative path is invalid and is ignored.
    if (!data.isEmpty() && Path.of(data).isAbsolute()) {
      return Path.of(data).normalize().resolve("gatekeeper");
    }
    return absolute("HOME", home).resolve(".local/share/gatekeeper");
  }

  private static Path absolute(String variable, String value) throws IOException {
    Path path = Path.of(value);
    if (!path.isAbsolute()) {
      throw new IOException(variable + " is not an absolute path");
    }
    return path.normalize();
  }

  /** The directory itself, absolute. */
  public Path path() {
    return path;
  }

  /** A path inside the home. */
  public Path resolve(String name) {
    return path.resolve(name);
  }
}
