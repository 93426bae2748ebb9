package dev.gatekeeper.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.text.VaultException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SlotKeyFileTest {
  @TempDir Path folder;
  private Path key;
  private VaultFile vault;

  @BeforeEach
  void layOut() throws Exception {
    key = folder.resolve("key");
    vault = VaultFile.at(folder.resolve("vault"));
    SealKeyPair pair = SealKeyPair.generate();
    SlotKeyFile.create(key, pair);
    try (OpenVault open = VaultFixture.create(folder.resolve("vault"))) {
      VaultFixture.put(open, "token", "made-up-value-of-a-token");
      open.addRecipientSlot("ci", pair.publicKey());
    }
  }

  @Test
  void isOwnerOnlyOneLineAndOpensTheVault() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(key)).matches("gatekeeper-slot-key/1 [A-Za-z0-9_-]{43}\n");
    try (OpenSecrets open = SlotKeyFile.open(vault, key).orElseThrow()) {
      assertThat(open.secrets()).hasSize(1);
    }
    assertThat(SlotKeyFile.open(vault, folder.resolve("none"))).isEmpty();
    assertThatThrownBy(() -> SlotKeyFile.create(key, SealKeyPair.generate()))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  /** Of a program that opened a vault by the file: what its heap holds, garbage too. */
  @Test
  void leavesNoCopyOfItsTextOnTheHeap() throws Exception {
    Path heap = folder.resolve("heap.hprof");
    Process opener =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-Xmn48m", // nothing is collected before it is looked at
                "-cp",
                System.getProperty("java.class.path"),
                Opener.class.getName(),
                folder.resolve("vault").toString(),
                key.toString(),
                heap.toString())
            .inheritIO()
            .start();
    assertThat(opener.waitFor()).isZero();
    String dump = Files.readString(heap, StandardCharsets.ISO_8859_1);
    assertThat(dump.contains("made-up word that stays")).as("what stays is found").isTrue();
    String digits = Files.readString(key).substring(22, 65);
    assertThat(dump.contains(digits)).as("the text of the key is on the heap").isFalse();
  }

  /** Arguments: vault, key, where the heap goes. */
  static final class Opener {
    private static final byte[] STAYS =
        "made-up word that stays".getBytes(StandardCharsets.ISO_8859_1);

    private Opener() {}

    public static void main(String[] args) throws Exception {
      byte[] stays = STAYS.clone();
      VaultFile vault = VaultFile.at(Path.of(args[0]));
      try (OpenSecrets open = SlotKeyFile.open(vault, Path.of(args[1])).orElseThrow()) {
        assertThat(open.secrets()).hasSize(1);
      }
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(args[2], false);
      assertThat(stays).isEqualTo(STAYS);
    }
  }

  @Test
  void anythingElseOpensNothingAndIsNotRepeated() throws Exception {
    String good = Files.readString(key);
    String digits = good.substring(22, 65);
    for (String bad :
        new String[] {
          "",
          digits,
          good + "\n",
          good.strip(),
          good.replace("/1", "/2"),
          good.replace(' ', '='),
          "gatekeeper-slot-key/1 " + "*".repeat(43) + "\n",
          good.repeat(10_000)
        }) {
      Files.writeString(key, bad);
      assertThatThrownBy(() -> SlotKeyFile.open(vault, key))
          .isInstanceOf(VaultException.class)
          .hasMessageNotContaining(digits);
    }
    Files.writeString(key, good);
    Path link = Files.createSymbolicLink(folder.resolve("link"), key);
    assertThatThrownBy(() -> SlotKeyFile.open(vault, link)).isInstanceOf(VaultException.class);
  }
}
