package dev.gatekeeper.vault;

import static dev.gatekeeper.vault.VaultFixture.put;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VaultFileTest {
  @TempDir Path home;
  private Path path;
  private byte[] wrapping = {};
  private final SealKeyPair recipient = SealKeyPair.generate();

  @BeforeEach
  void create() throws VaultException {
    path = home.resolve("vault");
    try (OpenVault vault = VaultFixture.create(path)) {
      put(vault, "github/token", "made-up-value-of-a-token");
      wrapping = vault.addKeyringSlot("keyring");
      vault.addRecipientSlot("ci", recipient.publicKey());
    }
  }

  /** The example of docs/vault-format.md: what was written once stays readable. */
  @Test
  void theExampleOfTheFormatOpens() throws Exception {
    Path example = home.resolve("example");
    try (var in = Objects.requireNonNull(getClass().getResourceAsStream("example.vault"))) {
      Files.copy(in, example);
    }
    Files.setPosixFilePermissions(example, PosixFilePermissions.fromString("rw-------"));
    try (Passphrase known = new Passphrase("made-up passphrase of the example".getBytes(UTF_8));
        OpenVault vault = VaultFile.at(example).open(known)) {
      assertThat(VaultFixture.value(vault, "github/token")).isEqualTo("made-up-value-of-a-token");
      assertThat(vault.info("github/token").attribute(SecretInfo.OWNER)).contains("alice");
    }
    String specification = Files.readString(Path.of("..", "docs", "vault-format.md"));
    assertThat(specification).contains(Files.readString(example));
    Matcher keyring = Pattern.compile("key of the keyring is `([^`]+)`").matcher(specification);
    assertThat(keyring.find()).isTrue();
    try (OpenSecrets secrets =
        VaultFile.at(example).openByKeyring(Base64Url.parse(keyring.group(1)))) {
      assertThat(VaultFixture.value(secrets, "github/token")).isEqualTo("made-up-value-of-a-token");
    }
  }

  @Test
  void noVaultSaysWhatToType() {
    assertThatThrownBy(() -> VaultFixture.open(home.resolve("other")))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> {
              assertThat(e).hasMessage("there is no vault yet");
              assertThat(e.hint()).contains("gatekeeper vault init");
            });
  }

  @Test
  void aSecondVaultDoesNotReplaceTheFirst() throws Exception {
    byte[] before = Files.readAllBytes(path);

    assertThatThrownBy(() -> VaultFixture.create(path)).hasMessage(path + " is there already");
    assertThat(path).hasBinaryContent(before);
  }

  @Test
  void aShortPassphraseIsRefused() {
    assertThatThrownBy(
            () -> VaultFile.create(home.resolve("v"), new Passphrase("ninebytes".getBytes(UTF_8))))
        .hasMessage("the passphrase has 9 bytes; at least 10 are needed");
    assertThat(home.resolve("v")).doesNotExist();
  }

  @Test
  void anotherPassphraseDoesNotOpen() {
    assertThatThrownBy(
            () -> VaultFile.at(path).open(new Passphrase("another made-up one".getBytes(UTF_8))))
        .hasMessage("the passphrase does not open the vault (wrong, or the slot was altered)");
  }

  @Test
  void othersMustNotReadTheFile() throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> VaultFixture.open(path))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("chmod go-rwx");
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws Exception {
    Path link = Files.createSymbolicLink(home.resolve("link"), path);

    assertThatThrownBy(() -> VaultFixture.open(link))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("symbolic link");
  }

  @Test
  void anUnknownVersionIsRefused() throws Exception {
    Files.writeString(
        path, Files.readString(path).replace("gatekeeper-vault/1", "gatekeeper-vault/2"));

    assertThatThrownBy(() -> VaultFixture.open(path))
        .hasMessage("vault, line 1: not a vault of a version that this program knows");
  }

  /** The slow bits of a slot are tested one by one in {@link #anyFlippedBitOfASlotFails}. */
  @Test
  void anyFlippedBitFails() throws Exception {
    byte[] whole = Files.readAllBytes(path);
    VaultKey key = key();
    Contents sound = Contents.verify(whole, key);
    assertThat(sound.bytes()).isEqualTo(whole);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] altered = flip(whole, bit);
      assertThatThrownBy(() -> Contents.verify(altered, key))
          .as("bit %s of byte %s", bit % 8, bit / 8)
          .isInstanceOf(VaultException.class);
    }
  }

  @Test
  void anyFlippedBitOfASlotFails() throws Exception {
    byte[] whole = Files.readAllBytes(path);
    String text = new String(whole, US_ASCII);
    int start = text.indexOf("slot ");
    int end = text.indexOf('\n', start);
    // One bit a byte, the lowest: each opening runs Argon2id.
    for (int at = start; at < end; at += 7) {
      Files.write(path, flip(whole, at * 8));
      assertThatThrownBy(() -> VaultFixture.open(path)).isInstanceOf(VaultException.class);
    }
  }

  /** By the cheap ways in: each byte of each slot, its own or another's. */
  @Test
  void anyFlippedByteOfASlotFailsWhoeverOpens() throws Exception {
    byte[] whole = Files.readAllBytes(path);
    String text = new String(whole, US_ASCII);
    for (int at = text.indexOf("slot "); at < text.indexOf("mac "); at++) {
      Files.write(path, flip(whole, at * 8 + at % 7));
      assertThatThrownBy(() -> VaultFile.at(path).openByKeyring(wrapping))
          .as("byte %s", at)
          .isInstanceOf(VaultException.class);
      assertThatThrownBy(() -> VaultFile.at(path).openAs(recipient))
          .as("byte %s", at)
          .isInstanceOf(VaultException.class);
    }
  }

  @Test
  void anyTruncationFails() throws Exception {
    byte[] whole = Files.readAllBytes(path);
    VaultKey key = key();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Contents.verify(cut, key)).isInstanceOf(VaultException.class);
    }
  }

  @Test
  void partsCannotBeDroppedSwappedOrRepeated() throws Exception {
    VaultKey key = key();
    List<String> lines = new ArrayList<>(Files.readAllLines(path));
    int last = lines.size() - 1;

    List<String> swapped = new ArrayList<>(lines);
    swapped.set(last, lines.get(last - 1));
    swapped.set(last - 1, lines.get(last));
    List<String> repeated = new ArrayList<>(lines);
    repeated.add(lines.get(last));

    for (List<String> altered : List.of(lines.subList(0, last), swapped, repeated)) {
      byte[] bytes = (String.join("\n", altered) + "\n").getBytes(US_ASCII);
      assertThatThrownBy(() -> Contents.verify(bytes, key)).isInstanceOf(VaultException.class);
    }
  }

  @Test
  void anEarlierPartOfTheSameSecretIsRefused() throws Exception {
    List<String> before = Files.readAllLines(path);
    try (OpenVault vault = VaultFixture.open(path)) {
      put(vault, "github/token", "made-up-value-after-rotation");
    }
    List<String> after = new ArrayList<>(Files.readAllLines(path));
    after.set(after.size() - 1, before.getLast());
    byte[] bytes = (String.join("\n", after) + "\n").getBytes(US_ASCII);

    assertThatThrownBy(() -> Contents.verify(bytes, key()))
        .hasMessage("sealed part 3 of the vault was altered");
  }

  @Test
  void twoProcessesPuttingAtOnceLoseNothing() throws Exception {
    int each = 25;
    Process left = writer("left", each);
    Process right = writer("right", each);
    try (OpenVault vault = VaultFixture.open(path)) {
      for (int i = 0; i < each; i++) {
        put(vault, "here/" + i, "made-up-value-" + i);
        vault.addRecipientSlot("here" + i, recipient.publicKey());
      }
      assertThat(left.waitFor()).isZero();
      assertThat(right.waitFor()).isZero();
      assertThat(vault.secrets()).hasSize(1 + 3 * each);
      assertThat(vault.header().slotInfos()).hasSize(3 + each);
      assertThat(vault.header().generation()).isEqualTo(4 + 4 * each);
    }
  }

  @Test
  void aKilledWriterLeavesASoundVault() throws Exception {
    for (int round = 0; round < 5; round++) {
      Process writer = writer("killed" + round, 10_000);
      // The first line says that it writes; some puts later it is gone.
      assertThat(writer.getInputStream().read()).isEqualTo('w');
      writer.destroyForcibly().waitFor();
      try (OpenVault vault = VaultFixture.open(path)) {
        put(vault, "after/" + round, "made-up-value-after");
      }
    }
  }

  private Process writer(String prefix, int count) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            path.toString(),
            prefix,
            Integer.toString(count))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(
            count > 1_000
                ? ProcessBuilder.Redirect.PIPE
                : ProcessBuilder.Redirect.to(new File("/dev/null")))
        .start();
  }

  /** A process that puts secrets. */
  static final class Writer {
    public static void main(String[] args) throws Exception {
      try (OpenVault vault = VaultFixture.open(Path.of(args[0]))) {
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
          put(vault, args[1] + "/" + i, "made-up-value-" + i);
          if (i == 3) {
            System.out.write('w');
            System.out.flush();
          }
        }
      }
    }
  }

  private VaultKey key() throws Exception {
    Header header = VaultText.parse(Files.readAllBytes(path)).header();
    Slot.ByPassphrase slot = (Slot.ByPassphrase) header.allSlots().getFirst();
    try (Passphrase passphrase = VaultFixture.passphrase()) {
      byte[] privateHalf =
          slot.privateHalf(header.idBytes(), header.trustBytes(), passphrase).orElseThrow();
      return slot.open(header.idBytes(), privateHalf).orElseThrow();
    }
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] altered = bytes.clone();
    altered[bit / 8] ^= (byte) (1 << (bit % 8));
    return altered;
  }
}
