package dev.gatekeeper.pin.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.pin.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of an installed tree and the SHA-256 of each, in the form that {@code sha256sum} reads:
 * a line {@code HEX, two spaces, path} each, in the order of the paths' bytes. The digest of this
 * text is what the lock has.
 *
 * @param files by path, relative to the tree's root, divided by slashes
 */
record Manifest(SortedMap<String, Digest> files) {
  /** Bytes of its text: 200,000 files. */
  static final int MAX_BYTES = 32 << 20;

  /** The end of a difference that is a file too many. */
  static final String ADDED = " was added";

  /** The end of a difference that is a file with other bytes. */
  static final String ALTERED = " was altered";

  private static final int HEX = 64;

  Manifest {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** The text: the same bytes for the same files. Paths are of ASCII order as Java sorts them. */
  String text() {
    StringBuilder text = new StringBuilder(files.size() * 128);
    files.forEach(
        (path, digest) -> text.append(digest.hex()).append("  ").append(path).append('\n'));
    return text.toString();
  }

  Digest digest() {
    return Digest.of(sha256().digest(text().getBytes(UTF_8)));
  }

  /** What {@link #text} gave; empty where the text is anything else. */
  static Optional<Manifest> read(String text) {
    SortedMap<String, Digest> files = new TreeMap<>();
    for (String line : text.lines().toList()) {
      if (line.length() <= HEX + 2) {
        return Optional.empty();
      }
      Optional<Digest> digest = Digest.read("sha256:" + line.substring(0, HEX));
      if (digest.isEmpty()) {
        return Optional.empty();
      }
      files.put(line.substring(HEX + 2), digest.get());
    }
    Manifest manifest = new Manifest(files);
    return manifest.text().equals(text) ? Optional.of(manifest) : Optional.empty();
  }

  /** The first difference, as a sentence's end: what {@code found} has and this has not. */
  Optional<String> differenceTo(Manifest found) {
    for (var file : files.entrySet()) {
      Digest there = found.files.get(file.getKey());
      if (there == null) {
        return Optional.of(file.getKey() + " is missing");
      }
      if (!there.equals(file.getValue())) {
        return Optional.of(file.getKey() + ALTERED);
      }
    }
    return found.files.keySet().stream()
        .filter(path -> !files.containsKey(path))
        .findFirst()
        .map(path -> path + ADDED);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
