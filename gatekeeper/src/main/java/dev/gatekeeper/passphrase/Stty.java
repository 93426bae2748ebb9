package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.vault.text.VaultException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The settings of a terminal, as they were when this was made. */
final class Stty {
  /** From fixed places: a {@code PATH} that somebody else wrote chooses no program here. */
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/bin/stty"), Path.of("/usr/bin/stty"));

  /**
   * Nothing is shown; each byte comes as it is typed, since a terminal that keeps lines cuts them;
   * no read waits. The key that suspends does not: a shell would get the rest of a paste.
   */
  private static final List<String> SILENT =
      List.of("-echo", "-icanon", "-iexten", "min", "0", "time", "0", "susp", "undef");

  private final Path terminal;
  private final String settings;

  /**
   * @throws VaultException where there is no stty(1), or it fails
   */
  Stty(Path terminal) throws IOException, VaultException {
    this.terminal = terminal;
    this.settings = run(List.of("-g")).strip();
  }

  void silence() throws IOException, VaultException {
    run(SILENT);
  }

  void restore() {
    try {
      run(List.of(settings));
    } catch (IOException | VaultException e) {
      // The terminal went away: there is nothing to restore.
      return;
    }
  }

  private String run(List<String> arguments) throws IOException, VaultException {
    Path program =
        PROGRAMS.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new VaultException("there is no stty to hide what is typed"));
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.redirectInput(terminal.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
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
