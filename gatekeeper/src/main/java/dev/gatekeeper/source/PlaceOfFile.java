package dev.gatekeeper.source;

import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Where an encrypted file lies that a reference names. */
final class PlaceOfFile {
  private static final long MAX_BYTES = 1 << 20; // a value of 64 KiB among others

  private PlaceOfFile() {}

  /**
   * The absolute path. In the project no symbolic link is followed: whoever sends a pull request
   * makes them, and what they lead to is another secret than the one that was reviewed.
   */
  static Path of(String name, Setting setting) throws SourceException {
    boolean home = name.startsWith("~/");
    Path base = home ? Path.of(setting.userHome()) : setting.project();
    Path file = base.resolve(home ? name.substring(2) : name);
    require(file, "there");
    try {
      Path real = file.toRealPath();
      if (!home && !name.startsWith("/") && !real.equals(base.toRealPath().resolve(name))) {
        throw new SourceException(
            "leads through a symbolic link", Optional.of("name the file itself"));
      }
      if (Files.size(real) > MAX_BYTES) {
        throw new SourceException("has more than " + MAX_BYTES + " bytes", Optional.empty());
      }
      return real;
    } catch (IOException e) {
      throw new SourceException("cannot be read", Optional.empty());
    }
  }

  static void require(Path file, String where) throws SourceException {
    if (!Files.isRegularFile(file)) {
      throw new SourceException("is not " + where + ": there is no file " + file, Optional.empty());
    }
  }

  /** A file of ours with a key. */
  static void requireOwn(Path file, String hint) throws SourceException {
    try {
      OwnerOnly.check(file);
    } catch (NoSuchFileException e) {
      throw new SourceException("needs a key in " + file, Optional.of(hint));
    } catch (IOException e) {
      throw new SourceException("needs a key: " + e.getMessage(), Optional.empty());
    }
  }
}
