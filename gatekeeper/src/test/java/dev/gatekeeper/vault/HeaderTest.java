package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fault each, in the text of a real vault. */
final class HeaderTest {
  private static final String B32 = "A".repeat(43);

  @TempDir Path folder;
  private String text = "";

  @BeforeEach
  void create() throws Exception {
    VaultFixture.create(folder.resolve("vault")).close();
    text = Files.readString(folder.resolve("vault"));
  }

  private void fails(String altered, String message) {
    assertThat(altered).isNotEqualTo(text);
    assertThatThrownBy(() -> VaultText.parse(altered.getBytes(US_ASCII)))
        .isInstanceOf(VaultException.class)
        .hasMessage(message);
  }

  private String cost(int memory, int passes, int lanes) {
    return text.replace("argon2id 19456 2 1", "argon2id " + memory + " " + passes + " " + lanes);
  }

  @Test
  void aHostileCostIsRefusedBeforeItIsPaid() {
    for (String hostile :
        new String[] {
          cost(262_145, 2, 1),
          cost(19_455, 2, 1),
          cost(19_456, 11, 1),
          cost(19_456, 1, 1),
          cost(19_456, 2, 5),
          cost(19_456, 2, 0),
          cost(Integer.MAX_VALUE, 2, 1)
        }) {
      fails(hostile, "vault, line 6: Argon2id cost out of bounds");
    }
  }

  @Test
  void manySlotsAreRefusedBeforeTheyAreTried() {
    String slot = text.lines().filter(line -> line.startsWith("slot ")).findFirst().orElseThrow();
    StringBuilder slots = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      slots
          .append(slot.replace("slot passphrase passphrase", "slot passphrase p" + i))
          .append('\n');
    }
    fails(text.replace(slot + "\n", slots), "vault, line 10: a slot too many");
  }

  @Test
  void aSlotOfAnotherKindIsKept() throws Exception {
    String slot = text.lines().filter(line -> line.startsWith("slot ")).findFirst().orElseThrow();
    String[] words = slot.split(" ", -1);
    String other = "slot token alice@example.org " + words[3] + " " + words[4] + " any thing\n";
    byte[] more = text.replace(slot + "\n", slot + "\n" + other).getBytes(US_ASCII);

    VaultText parsed = VaultText.parse(more);
    assertThat(parsed.header().slots())
        .containsExactly("passphrase (passphrase)", "alice@example.org (token)");
    assertThat(parsed.print()).isEqualTo(more);
  }

  @Test
  void eachFaultNamesItsLine() {
    fails(text.substring(0, text.length() - 1), "vault: the last line has no end: cut off?");
    fails(
        text.replace("\n", "\r\n"),
        "vault, line 1: not a vault of a version that this program knows");
    fails("?" + text, "vault, line 1: not a vault of a version that this program knows");
    fails(
        text.replace("generation 1\n", "generation 0\n"),
        "vault, line 3: generations count from 1");
    fails(text.replace("generation 1\n", "generation 01\n"), "vault, line 3: not a number");
    fails(
        text.replace("generation 1\n", "generation  1\n"),
        "vault, line 3: wrong number of words: 3");
    fails(text.replace("generation 1\n", ""), "vault, line 3: expected \"generation\"");
    fails(
        text.replace("generation 1\n", "generation 1\nparent " + B32 + "\nparent " + B32 + "\n"),
        "vault, line 5: a parent too many");
    fails(
        text.replaceFirst("key audit x25519", "key audit ed25519"),
        "vault, line 5: audit or trust key missing, or of another algorithm");
    fails(
        text.replaceFirst("key audit x25519", "key audit rsa"),
        "vault, line 4: unknown algorithm of a key");
    fails(
        text.replaceFirst("(key audit [^\n]*\n)(key trust [^\n]*\n)", "$2$1"),
        "vault, line 5: a name is malformed, repeated, out of order, or one too many");
    fails(
        text.replaceFirst("slot [^\n]*\n", ""),
        "vault, line 5: no slot is a passphrase's: nobody could prove presence");
    fails(
        text.replaceFirst("(slot [^\n]*\n)", "$1$1"),
        "vault, line 7: the label of a slot is repeated");
    fails(text.replaceFirst("mac [^\n]*\n", ""), "vault, line 7: expected \"mac\"");
    fails(
        text.replaceFirst("mac [^\n]*\n", "mac " + "A".repeat(42) + "B\n"),
        "vault, line 7: not canonical base64url");
    fails(
        text.replaceFirst("vault [^\n]*\n", "vault AAAA\n"),
        "vault, line 2: 3 bytes of base64url where 16 to 16 belong");
    fails(text.replaceFirst("signature [^\n]*\n", ""), "vault, line 9: expected \"signature\"");
    fails(text + "more\n", "vault, line 12: expected \"part\"");
  }
}
