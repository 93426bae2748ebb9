package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A person at the controlling terminal, {@code /dev/tty}: not standard input, which may be a pipe
 * with the value to store. What is typed is not shown.
 */
public final class Terminal implements PassphraseSource {
  private static final Path TTY = Path.of("/dev/tty");

  /** From fixed places: a {@code PATH} that somebody else wrote chooses no program here. */
  private static final List<Path> STTY = List.of(Path.of("/bin/stty"), Path.of("/usr/bin/stty"));

  /** A terminal's line is 4096 bytes at most (N_TTY). */
  private static final int MAX_LINE = 4096;

  @Override
  public Optional<Passphrase> ask(String prompt, boolean confirm) throws VaultException {
    Optional<byte[]> typed = hidden(prompt);
    if (typed.isEmpty()) {
      return Optional.empty();
    }
    Passphrase first = new Passphrase(typed.get());
    if (confirm) {
      try (Passphrase second = new Passphrase(hidden(prompt + " again").orElseThrow())) {
        if (!first.same(second)) {
          first.close();
          throw new VaultException("the two passphrases differ");
        }
      }
    }
    return Optional.of(first);
  }

  /**
   * One line typed without echo, to be wiped by the caller; empty where there is no terminal.
   *
   * @throws VaultException where the terminal cannot be made silent, or the line was too long
   */
  public Optional<byte[]> hidden(String prompt) throws VaultException {
    try (FileInputStream in = new FileInputStream(TTY.toFile());
        FileOutputStream out = new FileOutputStream(TTY.toFile())) {
      String settings = stty("-g").strip();
      Thread restore = new Thread(() -> restore(settings), "terminal-restore");
      Runtime.getRuntime().addShutdownHook(restore); // Ctrl-C must not leave a silent terminal
      try {
        stty("-echo");
        say(out, prompt + ": "); // only now: what is typed ahead would have been shown
        return Optional.of(line(in));
      } finally {
        restore(settings);
        Runtime.getRuntime().removeShutdownHook(restore);
        say(out, "\n");
      }
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
    byte[] line = new byte[MAX_LINE];
    int length = 0;
    try {
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (length == MAX_LINE) {
          throw new VaultException("the line is longer than " + MAX_LINE + " bytes");
        }
        line[length++] = (byte) next;
      }
      return Arrays.copyOf(line, length);
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }

  private static void restore(String settings) {
    try {
      stty(settings);
    } catch (IOException | VaultException e) {
      // The terminal went away: there is nothing to restore.
      return;
    }
  }

  private static String stty(String argument) throws IOException, VaultException {
    Path program =
        STTY.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new VaultException("there is no stty to hide what is typed"));
    ProcessBuilder builder = new ProcessBuilder(program.toString(), argument);
    builder.environment().clear();
    builder.redirectInput(TTY.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (InputStream out = process.getInputStream()) {
      printed.writeBytes(out.readNBytes(1024));
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new VaultException("the terminal cannot be made silent");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VaultException("interrupted at the terminal");
    }
    return printed.toString(UTF_8);
  }
}
