package dev.gatekeeper.passphrase;

import dev.gatekeeper.kernel.Descriptor;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The open descriptor that {@code GATEKEEPER_PASSPHRASE_FD} names, read to its end once: what was
 * read from a pipe cannot be read again, and is not kept.
 */
final class PassphraseDescriptor implements PassphraseSource {
  /**
   * What the launcher puts in the place of a number that was not open when it began: by now it may
   * be that of a file which Java has opened.
   */
  private static final String CLOSED = "closed";

  private final Map<String, String> environment;
  private boolean read;

  PassphraseDescriptor(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public synchronized Optional<Passphrase> ask(String prompt, boolean confirm)
      throws VaultException {
    String number = environment.getOrDefault(DESCRIPTOR_VARIABLE, "");
    if (number.isEmpty() || read) {
      return Optional.empty();
    }
    if (number.equals(CLOSED)) {
      throw new VaultException(
          DESCRIPTOR_VARIABLE + " names a descriptor that this program was not given",
          "open it for the command, e.g. " + DESCRIPTOR_VARIABLE + "=3 gatekeeper COMMAND 3< FILE");
    }
    // 0 to 2 are the protocol's, or a person's.
    if (!number.matches("[3-9]|[1-9][0-9]{1,4}")) {
      throw new VaultException(DESCRIPTOR_VARIABLE + " is not the number of a descriptor above 2");
    }
    read = true;
    byte[] buffer = new byte[Passphrase.MAX_BYTES + 3];
    try {
      int length = Descriptor.readAndClose(Integer.parseInt(number), buffer);
      return Optional.of(new Passphrase(PassphraseFile.line(Arrays.copyOf(buffer, length))));
    } catch (IOException e) {
      throw new VaultException(DESCRIPTOR_VARIABLE + ": " + e.getMessage());
    } finally {
      Arrays.fill(buffer, (byte) 0);
    }
  }
}
