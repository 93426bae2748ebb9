package dev.gatekeeper.fingerprint;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.fingerprint.print.KeyText;
import dev.gatekeeper.fingerprint.print.PrintKey;
import dev.gatekeeper.fingerprint.print.PrintList;
import dev.gatekeeper.fingerprint.print.Sealed;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where they lie: for each place a file in {@code fingerprints} and its key, apart from it, in
 * {@code fingerprint-keys}; both are named by a digest, and read by their owner only.
 */
final class PrintFolder {
  /** Most places: more work trees than somebody has at once. The first one goes for one more. */
  private static final int MOST = 128;

  private static final int NAME_BYTES = 16;

  private final Path keys;
  private final Path files;

  PrintFolder(Home home) {
    this.keys = home.resolve("fingerprint-keys");
    this.files = home.resolve("fingerprints");
  }

  /** The key of a place; empty where it has none. */
  Optional<KeyText> key(Place place) throws IOException, VaultException {
    Optional<KeyText> key = key(keys.resolve(name(place.name())));
    if (key.isPresent() && !key.get().place().equals(place.name())) {
      throw new VaultException("key of fingerprints: of another repository");
    }
    return key;
  }

  private static Optional<KeyText> key(Path file) throws IOException, VaultException {
    Optional<byte[]> bytes = read(file, KeyText.MAX_BYTES);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(KeyText.parse(bytes.get()));
    } finally {
      Arrays.fill(bytes.get(), (byte) 0);
    }
  }

  /** What is kept of a place, sealed; empty where nothing is. */
  Optional<byte[]> file(String place) throws IOException {
    return read(files.resolve(name(place)), Sealed.MAX_BYTES);
  }

  private static Optional<byte[]> read(Path file, int max) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    OwnerOnly.check(file);
    return Optional.of(DurableFile.readBounded(file, max));
  }

  /** Replaces what is kept of a place. Only under the lock of all writers. */
  void write(String place, byte[] sealed) throws IOException {
    Path file = files.resolve(name(place));
    DurableFile.forgetDrafts(file);
    DurableFile.replace(file, sealed);
  }

  /**
   * Makes sure that a place has a key. Gives whether it is a new one.
   *
   * @param remarks takes what a person is to know, a clause each
   */
  boolean need(Place place, List<String> remarks) throws IOException {
    DurableFile.createDirectory(keys);
    DurableFile.createDirectory(files);
    try {
      if (key(place).isPresent()) {
        return false;
      }
    } catch (VaultException e) {
      // One that was damaged opens nothing: another takes its place.
      remarks.add("the key of this repository's fingerprints was damaged");
      Files.deleteIfExists(files.resolve(name(place.name())));
    }
    List<Path> all = names();
    if (all.size() >= MOST) {
      Path first = first(all);
      remarks.add(
          "there are too many fingerprints: those of " + first.getFileName() + " were deleted");
      forget(first);
    }
    Path file = keys.resolve(name(place.name()));
    try (PrintKey key = PrintKey.generate()) {
      byte[] text = new KeyText(place.name(), key).print();
      DurableFile.forgetDrafts(file);
      DurableFile.replace(file, text);
      Arrays.fill(text, (byte) 0);
    }
    return true;
  }

  /**
   * The keys of all places that are there. One of a place that is not stays as it is: a disk that
   * is not mounted, a directory that was renamed for a while. What is no key is deleted.
   *
   * @param remarks takes what a person is to know, a clause each
   */
  List<KeyText> keys(List<String> remarks) throws IOException {
    List<KeyText> found = new ArrayList<>();
    for (Path file : names()) {
      try {
        KeyText key = key(file).orElseThrow(() -> new VaultException("gone meanwhile"));
        if (!file.endsWith(name(key.place()))) {
          key.key().close();
          throw new VaultException("of another name");
        }
        if (Place.isThere(key.place())) {
          found.add(key);
        } else {
          key.key().close();
        }
      } catch (IOException e) {
        remarks.add("a key of fingerprints cannot be read, and stays as it is: " + e.getMessage());
      } catch (VaultException e) {
        remarks.add("fingerprints with a key that is none were deleted: " + file);
        forget(file);
      }
    }
    return found;
  }

  /** The first of the places that are not there, else the first of all. */
  private Path first(List<Path> all) {
    for (Path file : all) {
      try {
        Optional<KeyText> key = key(file);
        key.ifPresent(one -> one.key().close());
        if (key.isEmpty() || !Place.isThere(key.get().place())) {
          return file;
        }
      } catch (IOException | VaultException e) {
        return file;
      }
    }
    return all.getFirst();
  }

  private void forget(Path key) throws IOException {
    Files.deleteIfExists(key);
    Files.deleteIfExists(files.resolve(key.getFileName()));
  }

  /** The files of keys, that of the first one first. */
  private List<Path> names() throws IOException {
    record Named(Path file, long time) {}
    List<Named> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(keys)) {
      for (Path file : all) {
        if (file.getFileName().toString().matches("[0-9a-f]{32}")) {
          found.add(
              new Named(
                  file, Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found.stream()
        .sorted(java.util.Comparator.comparingLong(Named::time))
        .map(Named::file)
        .toList();
  }

  private static String name(String place) {
    byte[] digest = Base64Url.parse(PrintList.digest(place));
    return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
  }
}
