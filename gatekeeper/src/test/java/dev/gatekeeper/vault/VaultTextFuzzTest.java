package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the parsers accept has one form; whatever they refuse, they refuse as a fault. */
final class VaultTextFuzzTest {
  private static final String INDEX =
      """
      gatekeeper-index/1
      entry key audit 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      entry secret github/token 3 BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA
      attribute created 2026-03-01T12:00:00Z
      attribute owner alice
      """;

  @FuzzTest
  void vault(byte[] bytes) {
    try {
      assertThat(VaultText.parse(bytes).print()).isEqualTo(bytes);
    } catch (VaultException e) {
      assertThat(e).hasMessageStartingWith("vault");
    }
  }

  @FuzzTest
  void index(byte[] bytes) {
    try {
      assertThat(Index.parse(bytes).print()).isEqualTo(bytes);
    } catch (VaultException e) {
      assertThat(e).hasMessageStartingWith("index of the vault");
    }
  }

  @Test
  void mutationsOfARealVault(@TempDir Path folder) throws Exception {
    try (OpenVault vault = VaultFixture.create(folder.resolve("vault"))) {
      VaultFixture.put(vault, "github/token", "made-up-value-of-a-token");
    }
    byte[] whole = Files.readAllBytes(folder.resolve("vault"));
    vault(whole);
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      vault(mutate(whole, random));
    }
  }

  @Test
  void mutationsOfAnIndex() {
    byte[] whole = INDEX.getBytes(US_ASCII);
    index(whole);
    Random random = new Random(2);
    for (int i = 0; i < 5_000; i++) {
      index(mutate(whole, random));
    }
  }

  /** A few edits: a byte changed, a range cut, doubled or moved; often at the ends of words. */
  private static byte[] mutate(byte[] whole, Random random) {
    byte[] bytes = whole;
    for (int edits = 1 + random.nextInt(3); edits > 0 && bytes.length > 1; edits--) {
      int from = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, from + 1 + random.nextInt(40));
      switch (random.nextInt(4)) {
        case 0 -> {
          bytes = bytes.clone();
          bytes[from] = (byte) " \n-0/=A\0\u007f".charAt(random.nextInt(9));
        }
        case 1 -> bytes = join(bytes, 0, from, bytes, to, bytes.length);
        case 2 -> bytes = join(bytes, 0, to, bytes, from, bytes.length);
        default -> bytes = Arrays.copyOf(bytes, to);
      }
    }
    return bytes;
  }

  private static byte[] join(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    byte[] out = new byte[aTo - aFrom + bTo - bFrom];
    System.arraycopy(a, aFrom, out, 0, aTo - aFrom);
    System.arraycopy(b, bFrom, out, aTo - aFrom, bTo - bFrom);
    return out;
  }
}
