package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.kernel.Inquiry;
import dev.gatekeeper.kernel.KernelException;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A person at a graphical desktop, asked by GnuPG's pinentry (the Assuan protocol on its standard
 * input and output). Never one that draws on a terminal: the only terminal that it could find is
 * the agent's.
 */
public final class Pinentry implements PassphraseSource {
  /** A person reads, thinks, and types. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** From fixed places: a {@code PATH} that somebody else wrote chooses no program here. */
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/opt/homebrew/bin/pinentry-mac"),
          Path.of("/usr/local/bin/pinentry-mac"),
          Path.of("/usr/bin/pinentry-gnome3"),
          Path.of("/usr/bin/pinentry-qt"),
          Path.of("/usr/bin/pinentry-gtk-2"),
          Path.of("/usr/bin/pinentry"),
          Path.of("/usr/local/bin/pinentry"),
          Path.of("/run/current-system/sw/bin/pinentry"));

  private static final List<String> PASSED =
      List.of(
          "DBUS_SESSION_BUS_ADDRESS",
          "DISPLAY",
          "HOME",
          "LANG",
          "LC_ALL",
          "WAYLAND_DISPLAY",
          "XAUTHORITY",
          "XDG_RUNTIME_DIR");

  private static final int MAX_CONFIGURATION = 64 << 10;
  private static final int MAX_ANSWER = 4 * Passphrase.MAX_BYTES; // %XX for each byte, and words

  private final Map<String, String> environment;
  private final String description;
  private final List<Path> programs;

  /**
   * @param description what the person is told that the passphrase is for, on one line
   */
  public Pinentry(Map<String, String> environment, String description) {
    this(environment, description, PROGRAMS);
  }

  Pinentry(Map<String, String> environment, String description, List<Path> programs) {
    this.environment = Map.copyOf(environment);
    this.description = description;
    this.programs = programs;
  }

  @Override
  public Optional<Passphrase> ask(String prompt, boolean confirm) throws VaultException {
    if (!isGraphical() || confirm) {
      return Optional.empty(); // a new passphrase is typed at a terminal, where the file is shown
    }
    Optional<Path> program = program();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    List<byte[]> variables = new ArrayList<>();
    for (String name : PASSED) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        variables.add((name + "=" + value).getBytes(UTF_8));
      }
    }
    String dialogue =
        "SETTITLE gatekeeper\nSETDESC "
            + escaped(description)
            + "\nSETPROMPT "
            + escaped(prompt)
            + ":\nGETPIN\nBYE\n";
    try (Inquiry.Answer answer =
        Inquiry.of(
            program.get(),
            List.of("pinentry"),
            variables,
            dialogue.getBytes(UTF_8),
            MAX_ANSWER,
            PATIENCE)) {
      return typed(answer.output());
    } catch (KernelException e) {
      throw new VaultException("pinentry cannot be run: " + e.getMessage());
    }
  }

  private boolean isGraphical() {
    return !environment.getOrDefault("DISPLAY", "").isEmpty()
        || !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty()
        || System.getProperty("os.name", "").startsWith("Mac");
  }

  /** The one that gpg-agent is configured to use, else one of the usual places. */
  private Optional<Path> program() {
    List<Path> candidates = new ArrayList<>();
    configured().ifPresent(candidates::add);
    candidates.addAll(programs);
    return candidates.stream().filter(Files::isExecutable).filter(Pinentry::hasWindow).findFirst();
  }

  private Optional<Path> configured() {
    String gnupg = environment.getOrDefault("GNUPGHOME", "");
    Path home = Path.of(environment.getOrDefault("HOME", "/"));
    Path file =
        (gnupg.startsWith("/") ? Path.of(gnupg) : home.resolve(".gnupg")).resolve("gpg-agent.conf");
    try {
      return new String(DurableFile.readBounded(file, MAX_CONFIGURATION), UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> line.startsWith("pinentry-program /"))
          .map(line -> Path.of(line.substring("pinentry-program ".length()).strip()))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean hasWindow(Path program) {
    try {
      String name = program.toRealPath().getFileName().toString();
      return !name.contains("curses") && !name.contains("tty");
    } catch (IOException e) {
      return false;
    }
  }

  private static String escaped(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  /** The data lines; empty where the person cancelled. */
  private static Optional<Passphrase> typed(byte[] output) throws VaultException {
    Wiped pin = new Wiped();
    boolean data = false;
    int begin = 0;
    for (int i = 0; i < output.length; i++) {
      if (output[i] == '\n') {
        if (i - begin > 2 && output[begin] == 'D' && output[begin + 1] == ' ') {
          data = true;
          unescape(output, begin + 2, i, pin);
        } else if (starts(output, begin, "ERR ")) {
          pin.wipe();
          throw new VaultException("no passphrase was typed");
        }
        begin = i + 1;
      }
    }
    byte[] passphrase = pin.take();
    if (!data) {
      throw new VaultException("no passphrase was typed");
    }
    return Optional.of(new Passphrase(passphrase));
  }

  private static boolean starts(byte[] output, int begin, String word) {
    byte[] wanted = word.getBytes(US_ASCII);
    int end = Math.min(output.length, begin + wanted.length);
    return Arrays.equals(output, begin, end, wanted, 0, wanted.length);
  }

  private static void unescape(byte[] line, int from, int to, Wiped into) {
    for (int i = from; i < to; i++) {
      int high = i + 2 < to && line[i] == '%' ? Character.digit(line[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(line[i + 2], 16);
      if (low < 0) {
        into.write(line[i]);
      } else {
        into.write(high << 4 | low);
        i += 2;
      }
    }
  }

  /** Its bytes are not left behind. */
  private static final class Wiped extends ByteArrayOutputStream {
    private Wiped() {
      super(MAX_ANSWER); // it never grows, so that there is one copy
    }

    private void wipe() {
      Arrays.fill(buf, (byte) 0);
    }

    private byte[] take() {
      byte[] taken = toByteArray();
      wipe();
      return taken;
    }
  }
}
