package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The texts that a trust store's digests are of, each in a file that is named by its digest. What
 * was altered is as good as missing: a text counts where it has the digest that it is asked by.
 */
final class TrustedContents {
  private static final String ALGORITHM = "sha256:";

  private final Path folder;

  TrustedContents(Path folder) {
    this.folder = folder;
  }

  /** Durable before the store that refers to it is. */
  void keep(String text) throws IOException {
    String digest = PairDigest.of(text);
    if (find(digest).isEmpty()) {
      DurableFile.createDirectory(folder);
      DurableFile.replace(file(digest), text.getBytes(UTF_8));
    }
  }

  Optional<String> find(String digest) {
    if (!digest.startsWith(ALGORITHM) || digest.indexOf('/') >= 0) {
      return Optional.empty();
    }
    try {
      byte[] bytes = DurableFile.readBounded(file(digest), LockBeside.MAX_BYTES);
      String text = new String(bytes, UTF_8);
      return Optional.of(text).filter(found -> PairDigest.of(found).equals(digest));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Deletes what no entry refers to any more; what cannot be deleted now goes the next time. */
  void keepOnly(List<TrustStore.Entry> entries) {
    Set<Path> referred = new HashSet<>();
    for (TrustStore.Entry entry : entries) {
      referred.add(file(entry.digest().list()));
      entry.digest().lock().ifPresent(lock -> referred.add(file(lock)));
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!referred.contains(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Nothing refers to what is left over, so it has no effect.
    }
  }

  private Path file(String digest) {
    return folder.resolve(digest.replace(':', '-'));
  }
}
