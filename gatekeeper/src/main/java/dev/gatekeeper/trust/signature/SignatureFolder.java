package dev.gatekeeper.trust.signature;

import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The signatures beside a list: {@code .gatekeeper/signatures/NUMBER/KEY.sig}, by the number of
 * their statement. The files are whatever somebody committed: read within bounds, and what is no
 * signature is passed over.
 */
public final class SignatureFolder {
  /** The folder's name beside the list. */
  public static final String NAME = "signatures";

  /** More statements than are open at once, and more signers than teams. */
  private static final int MOST = 64;

  /** More than lie about after years of not clearing up; a folder with more is flooded. */
  private static final int SCANNED = 4_096;

  private SignatureFolder() {}

  /** The file of a key's signature. */
  public static Path file(Path folder, long number, SshKey key) {
    String name = key.fingerprint().replace(':', '-').replace('/', '_').replace('+', '-');
    return folder.resolve(Long.toString(number)).resolve(name + ".sig");
  }

  /**
   * The numbers of statements in {@code folder} that are above {@code trusted}, ascending; of more
   * than 64 the highest. What was signed before neither counts nor takes the place of others.
   */
  public static SortedMap<Long, Path> numbers(Path folder, long trusted) {
    SortedMap<Long, Path> numbers = new TreeMap<>();
    for (Path each : list(folder, SCANNED)) {
      String name = String.valueOf(each.getFileName());
      if (name.matches("[1-9][0-9]{0,8}") && Long.parseLong(name) > trusted && isDirectory(each)) {
        numbers.put(Long.parseLong(name), each);
        if (numbers.size() > MOST) {
          numbers.pollFirstEntry();
        }
      }
    }
    return numbers;
  }

  /** What of the statement with one number can be read as a signature. */
  public static List<SshSignature> read(Path ofNumber) {
    List<SshSignature> signatures = new ArrayList<>();
    for (Path file : list(ofNumber, MOST)) {
      try {
        if (file.toString().endsWith(".sig")) {
          byte[] text = DurableFile.readBounded(file, SshSignature.MAX_BYTES);
          signatures.add(SshSignature.parse(text));
        }
      } catch (IOException | SignatureException e) {
        // It counts for nothing, and the others count still.
      }
    }
    return signatures;
  }

  /** What in {@code folder} is not read because there is too much of it, for a person to clear. */
  public static Optional<String> passedOver(Path folder) {
    if (isFlooded(folder, SCANNED)) {
      return Optional.of("there are more than " + SCANNED + " statements: no signature is read");
    }
    List<String> full =
        list(folder, SCANNED).stream()
            .filter(each -> isFlooded(each, MOST))
            .map(each -> String.valueOf(each.getFileName()))
            .sorted()
            .toList();
    return full.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "statement "
                + full.getFirst()
                + (full.size() == 1 ? " has" : " and " + (full.size() - 1) + " more have")
                + " more than "
                + MOST
                + " signatures: none of these is read");
  }

  private static boolean isFlooded(Path folder, int most) {
    return entries(folder, most).size() > most;
  }

  /** Nothing where somebody floods the folder. */
  private static List<Path> list(Path folder, int most) {
    List<Path> entries = entries(folder, most);
    return entries.size() > most ? List.of() : entries;
  }

  /** What is in a folder; one more than {@code most} where there is more. */
  private static List<Path> entries(Path folder, int most) {
    List<Path> paths = new ArrayList<>();
    if (!isDirectory(folder)) {
      return paths;
    }
    try (var entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        paths.add(entry);
        if (paths.size() > most) {
          return paths;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return paths;
  }

  private static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }
}
