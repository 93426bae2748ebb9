package dev.gatekeeper.allowlist.pin;

import java.util.Optional;

/**
 * The kind of machine that a pin holds for.
 *
 * @param name {@code OS-ARCHITECTURE} as node calls them, and {@code -musl} where the C library is
 *     not glibc, e.g. {@code linux-x64-musl}; or {@code any}
 */
public record Platform(String name) implements Comparable<Platform> {
  /** What depends on no platform. */
  public static final Platform ANY = new Platform("any");

  /**
   * Checks what a caller can only get wrong by a bug; text of others goes through {@link #read}.
   */
  public Platform {
    if (!isPlatform(name)) {
      throw new IllegalArgumentException("not a platform");
    }
  }

  /** The platform of that name; empty where the text names none. */
  public static Optional<Platform> read(String name) {
    return isPlatform(name) ? Optional.of(new Platform(name)) : Optional.empty();
  }

  private static boolean isPlatform(String name) {
    if (name.equals("any")) {
      return true;
    }
    String[] parts = name.split("-", -1);
    return (parts.length == 2 || (parts.length == 3 && parts[2].equals("musl")))
        && (parts[0].equals("linux") || parts[0].equals("darwin"))
        && !parts[1].isEmpty()
        && parts[1].length() <= 16
        && parts[1].chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
  }

  @Override
  public int compareTo(Platform other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
