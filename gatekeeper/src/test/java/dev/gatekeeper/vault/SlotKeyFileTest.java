package dev.gatekeeper.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.seal.SealKeyPair;
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
