package dev.gatekeeper.cli.allowlist.trust;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.trust.signature.SshSignature;
import dev.gatekeeper.trust.signature.Statement;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The person's {@code ssh-keygen}, which knows agents, security keys and passphrases. */
final class SshKeygen {
  /** Fixed places: a {@code PATH} that somebody else wrote chooses no program here. */
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/bin/ssh-keygen"),
          Path.of("/usr/local/bin/ssh-keygen"),
          Path.of("/opt/homebrew/bin/ssh-keygen"));

  /** How it finds the agent, and a person to ask. */
  private static final List<String> VARIABLES =
      List.of(
          "HOME",
          "TERM",
          "SSH_AUTH_SOCK",
          "SSH_ASKPASS",
          "SSH_ASKPASS_REQUIRE",
          "DISPLAY",
          "WAYLAND_DISPLAY",
          "XDG_RUNTIME_DIR");

  private final Map<String, String> environment;

  SshKeygen(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The signature file over {@code message}; the key's passphrase is asked for at the terminal. */
  byte[] sign(Path key, byte[] message) throws IOException, CommandFailure {
    Path program =
        PROGRAMS.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(
                () ->
                    CommandFailure.cannotJudge(
                        "there is no ssh-keygen", "install OpenSSH's client programs"));
    ProcessBuilder builder =
        new ProcessBuilder(
            program.toString(), "-Y", "sign", "-n", Statement.NAMESPACE, "-f", key.toString());
    builder.environment().clear();
    for (String name : VARIABLES) {
      if (environment.containsKey(name)) {
        builder.environment().put(name, environment.get(name));
      }
    }
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try {
      try (OutputStream to = process.getOutputStream()) {
        to.write(message);
      }
      byte[] text = process.getInputStream().readNBytes(SshSignature.MAX_BYTES);
      if (process.waitFor() == 0) {
        return text;
      }
    } catch (IOException e) {
      // It ended without reading; why is on standard error.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
    throw CommandFailure.cannotJudge(
        "ssh-keygen did not sign", "ssh-keygen -Y sign -n " + Statement.NAMESPACE + " -f KEY FILE");
  }
}
