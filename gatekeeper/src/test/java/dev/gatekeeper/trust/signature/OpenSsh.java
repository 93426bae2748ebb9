package dev.gatekeeper.trust.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real {@code ssh-keygen}, with keys in a temporary folder. */
public final class OpenSsh {
  private final Path folder;

  public OpenSsh(Path folder) {
    Tools.require("ssh-keygen");
    this.folder = folder;
  }

  /** A new key without a passphrase; beside it lies the public half. */
  public Path key(String name, String... options) throws Exception {
    Path key = folder.resolve(name);
    List<String> line = new ArrayList<>(List.of("-q", "-N", "", "-C", name, "-f", key.toString()));
    line.addAll(List.of(options.length == 0 ? new String[] {"-t", "ed25519"} : options));
    assertThat(run(new byte[0], line)).isTrue();
    return key;
  }

  /** The line of an {@code allowed_signers} file. */
  public String line(String principal, Path key, String... options) throws Exception {
    String[] half = Files.readString(Path.of(key + ".pub")).split(" ", -1);
    String restrictions = options.length == 0 ? "" : " " + String.join(",", options);
    return principal + restrictions + " " + half[0] + " " + half[1] + "\n";
  }

  /** What {@code ssh-keygen -Y sign} writes. */
  public byte[] sign(Path key, String namespace, byte[] message, String... options)
      throws Exception {
    Path file = Files.createTempFile(folder, "message", "");
    Files.write(file, message);
    List<String> line = new ArrayList<>(List.of("-Y", "sign", "-n", namespace));
    for (String option : options) {
      line.addAll(List.of("-O", option));
    }
    line.addAll(List.of("-f", key.toString(), file.toString()));
    assertThat(run(new byte[0], line)).isTrue();
    return Files.readAllBytes(Path.of(file + ".sig"));
  }

  /** Whether {@code ssh-keygen -Y verify} takes it. */
  public boolean verifies(
      String signers, String principal, String namespace, byte[] message, byte[] signature)
      throws Exception {
    Path allowed = Files.writeString(folder.resolve("allowed"), signers);
    Path file = Files.write(folder.resolve("signature"), signature);
    return run(
        message,
        List.of(
            "-Y",
            "verify",
            "-n",
            namespace,
            "-f",
            allowed.toString(),
            "-I",
            principal,
            "-s",
            file.toString()));
  }

  private boolean run(byte[] input, List<String> arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of(Tools.require("ssh-keygen").toString()));
    line.addAll(arguments);
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(input);
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0;
  }
}
