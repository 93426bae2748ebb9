package dev.gatekeeper.cli.allowlist.client;

import dev.gatekeeper.allowlist.edit.client.ClientImport;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A place where servers may stand.
 *
 * @param shown the file as a person would type it; foreign text
 */
public record ClientFile(ClientImport.Source source, Scope scope, Path path, String shown) {
  /** Whether anything is there. */
  public boolean exists() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Its content. A person's own files may be links, as those who keep them in a repository like; a
   * project's may not, since its author would choose what of this person's is read.
   *
   * @throws IOException where it is missing, too large, a link in a project, or no file
   */
  public byte[] read() throws IOException {
    Path real = path.toRealPath();
    if (scope == Scope.PROJECT && !real.equals(path)) {
      throw new IOException(shown + " is a symbolic link, or lies behind one");
    }
    return DurableFile.readBounded(real, ClientImport.MAX_BYTES);
  }

  /** How it is spoken of: client, scope and file. */
  public String title() {
    return source.client().title() + ", " + scope.id() + " scope, " + shown;
  }
}
