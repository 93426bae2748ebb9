package dev.gatekeeper.trust.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The texts that a trust store's digests are of, each in a file that is named by its digest. What
 * was altered is as good as missing: a text counts where it has the digest that it is asked by.
 */
public final class TrustedContents {
  private static final String ALGORITHM = "sha256:";

  private final Path folder;
  private final int most;

  /**
   * @param most bytes of one text
   */
  public TrustedContents(Path folder, int most) {
    this.folder = folder;
    this.most = most;
  }

  /** Durable before the store that refers to it is. */
  public void keep(String text) throws IOException {
    String digest = Digest.sha256(text.getBytes(UTF_8));
    if (find(digest).isEmpty()) {
      DurableFile.createDirectory(folder);
      DurableFile.replace(file(digest), text.getBytes(UTF_8));
    }
  }

  /** The text of this digest, {@code sha256:} and hexadecimal; nothing for any other one. */
  public Optional<String> find(String digest) {
    if (!digest.startsWith(ALGORITHM) || digest.indexOf('/') >= 0) {
      return Optional.empty();
    }
    try {
      byte[] bytes = DurableFile.readBounded(file(digest), most);
      String text = new String(bytes, UTF_8);
      return Optional.of(text).filter(found -> Digest.sha256(found.getBytes(UTF_8)).equals(digest));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Deletes what nothing refers to any more; what cannot be deleted now goes the next time. */
  public void keepOnly(Set<String> digests) {
    Set<Path> referred = digests.stream().map(this::file).collect(Collectors.toSet());
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
