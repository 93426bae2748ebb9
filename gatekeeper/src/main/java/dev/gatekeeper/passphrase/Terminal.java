package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A person at the controlling terminal, {@code /dev/tty}: not standard input, which may be a pipe
 * with the value to store. What is typed is not shown.
 */
public final class Terminal implements PassphraseSource {
  private static final Path TTY = Path.of("/dev/tty");

  /** A visible line, which the terminal keeps, is 4096 bytes at most (N_TTY). */
  private static final int MAX_VISIBLE = 4096;

  /** What the vault keeps at most of a value. */
  private static final int MAX_HIDDEN = 64 << 10;

  @Override
  public Optional<Passphrase> ask(String prompt, boolean confirm) throws VaultException {
    Optional<Passphrase> first = passphrase(prompt);
    if (first.isPresent() && confirm) {
      try (Passphrase second = passphrase(prompt + " again").orElseThrow()) {
        if (!first.get().same(second)) {
          throw new VaultException("the two passphrases differ");
        }
      } catch (VaultException | RuntimeException e) {
        first.get().close();
        throw e;
      }
    }
    return first;
  }

  private static Optional<Passphrase> passphrase(String prompt) throws VaultException {
    Optional<byte[]> typed =
        hidden(prompt, Passphrase.MAX_BYTES, "copy the passphrase alone, and paste it again");
    return typed.isPresent() ? Optional.of(new Passphrase(typed.get())) : Optional.empty();
  }

  /**
   * One line typed or pasted without echo, whole, to be wiped by the caller; empty where there is
   * no terminal. What was pasted behind it is thrown away, whatever happens: a shell would run it.
   *
   * @param instead what to type for a value that is refused here
   * @throws VaultException where the terminal cannot be made silent, or more came than one line of
   *     64 KiB
   */
  public Optional<byte[]> hidden(String prompt, String instead) throws VaultException {
    return hidden(prompt, MAX_HIDDEN, instead);
  }

  private static Optional<byte[]> hidden(String prompt, int most, String instead)
      throws VaultException {
    try (FileInputStream in = new FileInputStream(TTY.toFile());
        FileOutputStream out = new FileOutputStream(TTY.toFile());
        SilentTerminal terminal = new SilentTerminal(TTY, in, out, prompt, most)) {
      return Optional.of(terminal.read(instead));
    } catch (IOException e) {
      return Optional.empty(); // no controlling terminal
    }
  }

  /** One visible line, such as {@code yes}; empty where there is no terminal. */
  public Optional<String> visible(String prompt) {
    try (FileInputStream in = new FileInputStream(TTY.toFile());
        FileOutputStream out = new FileOutputStream(TTY.toFile())) {
      say(out, prompt);
      return Optional.of(new String(line(in), UTF_8));
    } catch (IOException | VaultException e) {
      return Optional.empty();
    }
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  private static byte[] line(InputStream in) throws IOException, VaultException {
    byte[] line = new byte[MAX_VISIBLE];
    int length = 0;
    try {
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (length == MAX_VISIBLE) {
          throw new VaultException("the line is longer than " + MAX_VISIBLE + " bytes");
        }
        line[length++] = (byte) next;
      }
      return Arrays.copyOf(line, length);
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }
}
