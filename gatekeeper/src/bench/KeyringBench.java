import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.keyring.Keyring;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a session pays for a vault that the keyring opens: the first time in a process, where
 * nothing is compiled yet, and when it is warm. {@code make FILE}, then {@code cold FILE}, or
 * {@code ready FILE} as in a session that has prepared itself, in processes of their own, each of
 * which prints milliseconds: of a bare secret-tool, and with it all of the opening.
 */
final class KeyringBench {
  private static final int ROUNDS = 15;

  private KeyringBench() {}

  public static void main(String[] arguments) throws Exception {
    VaultFile file = VaultFile.at(Path.of(arguments[1]));
    if (arguments[0].equals("make")) {
      Passphrase passphrase = new Passphrase("made-up passphrase of a bench".getBytes(US_ASCII));
      try (passphrase;
          OpenVault vault =
              VaultFile.create(Path.of(arguments[1]), passphrase, Argon2Cost.DEFAULT)) {
        Keyring.of(System.getenv()).keep(vault.header().id(), vault.addKeyringSlot("keyring"));
      }
      return;
    }
    Kernel.harden(); // a session has called the kernel long before
    String id = file.header().id();
    if (arguments[0].equals("ready")) {
      VaultFile.warm();
      Optional<byte[]> none = Keyring.of(System.getenv()).find("none");
      if (none.isPresent()) {
        throw new IllegalStateException("a key of no vault");
      }
    }
    double first = open(file, id);
    List<Double> bare = new ArrayList<>();
    List<Double> warm = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      bare.add(bare(id));
      warm.add(open(file, id));
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f |%n",
        arguments[0],
        first,
        median(bare),
        median(warm));
  }

  private static double open(VaultFile file, String id) throws Exception {
    long start = System.nanoTime();
    byte[] key = Keyring.of(System.getenv()).find(id).orElseThrow();
    try (OpenSecrets secrets = file.openByKeyring(key)) {
      secrets.header();
    }
    Arrays.fill(key, (byte) 0);
    return (System.nanoTime() - start) / 1e6;
  }

  private static double bare(String id) throws Exception {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                "secret-tool", "lookup", "application", "gatekeeper", "vault", "id:" + id)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("secret-tool");
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(List<Double> all) {
    return all.stream().sorted().toList().get(all.size() / 2);
  }
}
