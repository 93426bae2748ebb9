package dev.gatekeeper.allowlist.pin;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * Texts that become file names and arguments of npm. Narrower than npm where npm is generous: what
 * is refused here cannot be mistaken for an option, an address or a path that leads elsewhere.
 */
public final class NpmNames {
  /** Characters of a package's name (validate-npm-package-name). */
  private static final int MAX_NAME = 214;

  private static final int MAX_VERSION = 128;
  private static final int MAX_PATH = 1024;
  private static final String FOLDER = "node_modules/";
  private static final String SHA512 = "sha512-";
  private static final int SHA512_BYTES = 64;

  /** What a package would hide if it had this name. */
  private static final Set<String> RESERVED = Set.of("node_modules", "favicon.ico");

  private NpmNames() {}

  /** {@code NAME} or {@code @SCOPE/NAME}. */
  public static boolean isName(String name) {
    int slash = name.indexOf('/');
    if (name.length() > MAX_NAME) {
      return false;
    }
    return name.startsWith("@")
        ? slash > 1 && isSegment(name.substring(1, slash)) && isSegment(name.substring(slash + 1))
        : isSegment(name);
  }

  private static boolean isSegment(String text) {
    return !text.isEmpty()
        && isAlphanumeric(text.charAt(0))
        && !RESERVED.contains(text)
        && text.chars().allMatch(c -> isAlphanumeric(c) || "._-~".indexOf(c) >= 0);
  }

  /** One version (semver.org), no range. */
  public static boolean isVersion(String version) {
    String[] numbers = version.split("[-+]", 2)[0].split("\\.", -1);
    return version.length() <= MAX_VERSION
        && numbers.length == 3
        && Arrays.stream(numbers).allMatch(NpmNames::isNumber)
        && version.chars().allMatch(c -> isAlphanumeric(c) || ".+-".indexOf(c) >= 0);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** {@code node_modules/NAME}, and below it any number of the same. */
  public static boolean isPath(String path) {
    if (path.length() > MAX_PATH || !path.startsWith(FOLDER)) {
      return false;
    }
    for (String name : path.substring(FOLDER.length()).split("/" + FOLDER, -1)) {
      if (!isName(name)) {
        return false;
      }
    }
    return true;
  }

  /** The path of the package that this one is nested in; empty at the top. */
  public static Optional<String> around(String path) {
    int at = path.lastIndexOf("/" + FOLDER);
    return at < 0 ? Optional.empty() : Optional.of(path.substring(0, at));
  }

  /** The name of the folder that a package of this path lies in. */
  public static String folder(String path) {
    return path.substring(path.lastIndexOf(FOLDER) + FOLDER.length());
  }

  /** SHA-512 as npm writes it; a weaker or a second hash is not accepted. */
  public static boolean isIntegrity(String text) {
    if (!text.startsWith(SHA512)) {
      return false;
    }
    try {
      byte[] hash = Base64.getDecoder().decode(text.substring(SHA512.length()));
      return hash.length == SHA512_BYTES
          && Base64.getEncoder().encodeToString(hash).equals(text.substring(SHA512.length()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** A file in the folder of a package: relative, plain, no step up. */
  public static boolean isFile(String path) {
    if (path.isEmpty() || path.length() > MAX_PATH || path.indexOf('\\') >= 0) {
      return false;
    }
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return path.codePoints().noneMatch(Character::isISOControl);
  }
}
