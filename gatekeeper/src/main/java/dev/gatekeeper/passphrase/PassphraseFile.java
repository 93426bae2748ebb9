package dev.gatekeeper.passphrase;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The file that {@code GATEKEEPER_PASSPHRASE_FILE} names: its bytes without one line end. It is
 * looked for at each call, so that a running session finds it as soon as it is there; refused
 * unless it is a regular file that only its owner can read.
 */
final class PassphraseFile implements PassphraseSource {
  private final Map<String, String> environment;

  PassphraseFile(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Optional<Passphrase> ask(String prompt, boolean confirm) throws VaultException {
    String name = environment.getOrDefault(FILE_VARIABLE, "");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Path file = Path.of(name);
    if (!file.isAbsolute()) {
      // It would be another file in each folder, and in an agent's own one the agent's.
      throw new VaultException(
          FILE_VARIABLE + " names a path that does not begin with /: " + file,
          "name it whole, e.g. " + file.toAbsolutePath().normalize());
    }
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      // Whose modes are not to be changed, whatever the check below would say.
      throw new VaultException(FILE_VARIABLE + " names a directory: " + file);
    }
    try {
      OwnerOnly.check(file);
      // Two bytes more than a passphrase: its line end.
      return Optional.of(
          new Passphrase(line(DurableFile.readBounded(file, Passphrase.MAX_BYTES + 2))));
    } catch (IOException e) {
      throw new VaultException(FILE_VARIABLE + ": " + e.getMessage());
    }
  }

  /**
   * What is left to say where no source had one: nobody can wait for the file who types a command.
   *
   * @throws VaultException where a file is named
   */
  static Optional<Passphrase> demand(Map<String, String> environment) throws VaultException {
    String name = environment.getOrDefault(FILE_VARIABLE, "");
    if (!name.isEmpty()) {
      throw new VaultException(
          "the file that " + FILE_VARIABLE + " names is not there: " + name,
          "write the passphrase into it (chmod 600), or type this in a terminal");
    }
    return Optional.empty();
  }

  /** Without one LF or CRLF at the end; the original is wiped. */
  static byte[] line(byte[] bytes) {
    int end = bytes.length;
    if (end > 0 && bytes[end - 1] == '\n') {
      end--;
      if (end > 0 && bytes[end - 1] == '\r') {
        end--;
      }
    }
    byte[] line = Arrays.copyOf(bytes, end);
    Arrays.fill(bytes, (byte) 0);
    return line;
  }
}
