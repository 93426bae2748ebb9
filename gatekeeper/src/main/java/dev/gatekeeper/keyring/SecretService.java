package dev.gatekeeper.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.kernel.Inquiry;
import dev.gatekeeper.kernel.KernelException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Secret Service of a desktop (GNOME Keyring, KWallet, KeePassXC), through libsecret's {@code
 * secret-tool}: the key goes over its standard input and output.
 *
 * <p>As seen of version 0.20: a lookup adds no line end; a missing item is exit status 1 with
 * nothing on stderr, and so is a locked one where nobody can be asked; else a window asks a person.
 */
final class SecretService implements Keyring {
  /** From fixed places: a {@code PATH} that somebody else wrote chooses no program here. */
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/bin/secret-tool"),
          Path.of("/usr/local/bin/secret-tool"),
          Path.of("/run/current-system/sw/bin/secret-tool"),
          Path.of("/home/linuxbrew/.linuxbrew/bin/secret-tool"));

  /** An agent waits for this one; a keyring that asks a person is not waited for. */
  private static final Duration LOOKUP = Duration.ofSeconds(2);

  /** A person waits, who may have to unlock the keyring. */
  private static final Duration STORE = Duration.ofSeconds(60);

  private static final int MAX_OUTPUT = 1 << 10;
  private static final String BUS = "DBUS_SESSION_BUS_ADDRESS";
  private static final String RUNTIME = "XDG_RUNTIME_DIR";

  private final Map<String, String> environment;
  private final List<Path> programs;

  SecretService(Map<String, String> environment) {
    this(environment, PROGRAMS);
  }

  SecretService(Map<String, String> environment, List<Path> programs) {
    this.environment = Map.copyOf(environment);
    this.programs = programs;
  }

  @Override
  public Optional<byte[]> find(String vault) throws KeyringException {
    try (Inquiry.Answer answer = ask(LOOKUP, "lookup", List.of(), vault, new byte[0])) {
      if (answer.code().isEmpty()) {
        throw silent();
      }
      if (answer.code().getAsInt() == 0) {
        return StoredKey.parse(answer.output());
      }
      if (answer.error().isBlank()) {
        return Optional.empty();
      }
      throw failed(answer.error());
    }
  }

  @Override
  public void keep(String vault, byte[] key) throws KeyringException {
    byte[] text = StoredKey.print(key);
    List<String> label = List.of("--label=gatekeeper vault");
    try (Inquiry.Answer answer = ask(STORE, "store", label, vault, text)) {
      if (answer.code().isEmpty()) {
        throw silent();
      }
      if (answer.code().getAsInt() != 0) {
        throw failed(answer.error());
      }
    } finally {
      Arrays.fill(text, (byte) 0);
    }
    StoredKey.checkKept(this, vault, key);
  }

  @Override
  public void forget(String vault) throws KeyringException {
    try (Inquiry.Answer answer = ask(STORE, "clear", List.of(), vault, new byte[0])) {
      if (answer.code().isEmpty()) {
        throw silent();
      }
      if (answer.code().getAsInt() != 0 && !answer.error().isBlank()) {
        throw failed(answer.error());
      }
    }
  }

  private Inquiry.Answer ask(
      Duration limit, String verb, List<String> options, String vault, byte[] input)
      throws KeyringException {
    if (!hasBus()) {
      throw new KeyringException(
          "there is no session bus here, so no keyring", "gatekeeper vault open");
    }
    Path program =
        programs.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(
                () ->
                    new KeyringException(
                        "there is no secret-tool to ask the keyring",
                        "install libsecret-tools (Debian, Ubuntu) or libsecret (Fedora, Arch)"));
    List<String> arguments = new ArrayList<>(List.of("secret-tool", verb));
    arguments.addAll(options);
    // With a word before the id, which may begin with a hyphen.
    arguments.addAll(List.of("application", "gatekeeper", "vault", "id:" + vault));
    try {
      return Inquiry.of(program, arguments, variables(), input, MAX_OUTPUT, limit);
    } catch (KernelException e) {
      throw new KeyringException(
          "secret-tool cannot be run: " + e.getMessage(), "gatekeeper vault open");
    }
  }

  /** Without one secret-tool would look for a display to start one. */
  private boolean hasBus() {
    if (!environment.getOrDefault(BUS, "").isEmpty()) {
      return true;
    }
    String runtime = environment.getOrDefault(RUNTIME, "");
    return runtime.startsWith("/")
        && Files.exists(Path.of(runtime, "bus"), LinkOption.NOFOLLOW_LINKS);
  }

  private List<byte[]> variables() {
    List<byte[]> variables = new ArrayList<>();
    variables.add("LC_ALL=C".getBytes(UTF_8)); // what it says on stderr is looked at
    for (String name : List.of(BUS, RUNTIME, "HOME")) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        variables.add((name + "=" + value).getBytes(UTF_8));
      }
    }
    return variables;
  }

  private static KeyringException silent() {
    return new KeyringException(
        "the keyring does not answer, or waits for somebody to unlock it",
        "unlock the keyring, or type: gatekeeper vault open");
  }

  private static KeyringException failed(String said) {
    return said.contains("locked")
        ? new KeyringException(
            "the keyring is locked", "unlock the keyring, or type: gatekeeper vault open")
        : new KeyringException("no keyring answers on the session bus", "gatekeeper vault open");
  }
}
