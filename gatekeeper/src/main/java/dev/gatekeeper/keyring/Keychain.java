package dev.gatekeeper.keyring;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.kernel.Inquiry;
import dev.gatekeeper.kernel.KernelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The login keychain of macOS, through {@code security}: a key to keep goes over the standard input
 * of its interactive mode, since {@code -w VALUE} would show it to every {@code ps}. Written from
 * its manual and its exit codes; not run on macOS yet.
 */
final class Keychain implements Keyring {
  private static final Duration LOOKUP = Duration.ofSeconds(2);
  private static final Duration STORE = Duration.ofSeconds(60);
  private static final int MAX_OUTPUT = 1 << 10;

  /** {@code errSecItemNotFound}, as {@code security} exits with it. */
  private static final int MISSING = 44;

  private static final String UNLOCK = "security unlock-keychain, or type: gatekeeper vault open";

  private final Path program;

  Keychain() {
    this(Path.of("/usr/bin/security"));
  }

  Keychain(Path program) {
    this.program = program;
  }

  @Override
  public Optional<byte[]> find(String vault) throws KeyringException {
    try (Inquiry.Answer answer =
        ask(
            LOOKUP,
            new byte[0],
            "find-generic-password",
            "-s",
            "gatekeeper",
            "-a",
            account(vault),
            "-w")) {
      OptionalInt code = answer.code();
      if (code.isPresent() && code.getAsInt() == 0) {
        return StoredKey.parse(answer.output());
      }
      if (code.isPresent() && code.getAsInt() == MISSING) {
        return Optional.empty();
      }
      throw locked();
    }
  }

  @Override
  public void keep(String vault, byte[] key) throws KeyringException {
    byte[] text = StoredKey.print(key);
    byte[] before =
        ("add-generic-password -U -s gatekeeper -a " + account(vault) + " -w ").getBytes(US_ASCII);
    byte[] line = Arrays.copyOf(before, before.length + text.length + 1);
    System.arraycopy(text, 0, line, before.length, text.length);
    line[line.length - 1] = '\n';
    try (Inquiry.Answer answer = ask(STORE, line, "-i")) {
      if (answer.code().isEmpty()) {
        throw locked();
      }
    } finally {
      Arrays.fill(text, (byte) 0);
      Arrays.fill(line, (byte) 0);
    }
    StoredKey.checkKept(this, vault, key); // the interactive mode exits with 0 in any case
  }

  @Override
  public void forget(String vault) throws KeyringException {
    try (Inquiry.Answer answer =
        ask(
            STORE,
            new byte[0],
            "delete-generic-password",
            "-s",
            "gatekeeper",
            "-a",
            account(vault))) {
      OptionalInt code = answer.code();
      if (code.isEmpty() || (code.getAsInt() != 0 && code.getAsInt() != MISSING)) {
        throw locked();
      }
    }
  }

  private static String account(String vault) {
    return "id:" + vault;
  }

  private Inquiry.Answer ask(Duration limit, byte[] input, String... arguments)
      throws KeyringException {
    List<String> line = new java.util.ArrayList<>(List.of("security"));
    line.addAll(List.of(arguments));
    String home = System.getProperty("user.home", "/");
    try {
      return Inquiry.of(
          program, line, List.of(("HOME=" + home).getBytes(UTF_8)), input, MAX_OUTPUT, limit);
    } catch (KernelException e) {
      throw new KeyringException("security cannot be run: " + e.getMessage(), UNLOCK);
    }
  }

  private static KeyringException locked() {
    return new KeyringException("the keychain is locked, or asks somebody", UNLOCK);
  }
}
