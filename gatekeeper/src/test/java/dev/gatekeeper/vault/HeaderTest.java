package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader keeps; what it refuses is in {@link VectorsTest}. */
final class HeaderTest {
  @TempDir Path folder;
  private String text = "";

  @BeforeEach
  void create() throws Exception {
    VaultFixture.create(folder.resolve("vault")).close();
    text = Files.readString(folder.resolve("vault"));
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
}
