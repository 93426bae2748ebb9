package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.kernel.Descriptor;
import dev.gatekeeper.passphrase.Terminal;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The value of a secret on its way in: typed without echo, or from a pipe or file. */
final class SecretInput {
  /** One byte more than the vault keeps: it names the length in its own words. */
  private static final int MAX_BYTES = (64 << 10) + 1;

  private SecretInput() {}

  /**
   * The value, to be wiped by the caller. Where standard input is a terminal it is asked for;
   * otherwise all of standard input is the value. The line end after a single line is not part of
   * it: {@code echo} and editors add one. Several lines, a PEM key say, are kept as they are; at
   * the terminal they are refused.
   *
   * @param instead the command line that reads it from a file
   */
  static byte[] read(Console console, String name, String instead)
      throws CommandFailure, IOException, VaultException {
    if (Descriptor.standardInputIsTerminal()) {
      return new Terminal()
          .hidden("Value of " + name + " (not shown)", instead)
          .orElseThrow(() -> CommandFailure.noTerminal(instead));
    }
    byte[] buffer = new byte[MAX_BYTES + 2];
    InputStream in = console.in();
    int length = in.readNBytes(buffer, 0, buffer.length);
    byte[] value = Arrays.copyOf(buffer, withoutLineEnd(buffer, length));
    Arrays.fill(buffer, (byte) 0);
    return value;
  }

  static int withoutLineEnd(byte[] bytes, int length) {
    int first = 0;
    while (first < length && bytes[first] != '\n') {
      first++;
    }
    if (first != length - 1) {
      return length; // no line end, or several lines
    }
    return first > 0 && bytes[first - 1] == '\r' ? first - 1 : first;
  }
}
