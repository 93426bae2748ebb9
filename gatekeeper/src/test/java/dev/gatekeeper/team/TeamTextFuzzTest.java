package dev.gatekeeper.team;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatekeeper.team.TeamFixture.Person;
import dev.gatekeeper.team.file.Bytes;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is read has one form; whatever is refused, is refused as a fault, and not as a bug. */
final class TeamTextFuzzTest {
  @FuzzTest
  void text(byte[] bytes) {
    try {
      assertThat(TeamText.parse(bytes).print()).isEqualTo(bytes);
    } catch (VaultException e) {
      assertThat(e).hasMessageStartingWith("team vault");
    }
  }

  @FuzzTest
  void seen(byte[] bytes) {
    try {
      assertThat(SeenVault.parse(bytes)).isNotNull();
    } catch (VaultException e) {
      assertThat(e).hasMessageStartingWith("what was seen");
    }
  }

  /** A member who writes by hand: what stands behind the signature is tried too. */
  @Test
  void aMemberSignsWhateverTheyLike(@TempDir Path folder) throws Exception {
    try (Person alice = new Person(folder, "alice");
        Person bob = new Person(folder, "bob")) {
      alice.create().close();
      alice.put("db/dev", "made-up-value-1");
      alice.add(bob);
      bob.pull(alice);
      bob.accept();
      alice.remove("bob");
      alice.add(bob);
      byte[] base = bob.file();
      String whole = new String(alice.file(), US_ASCII);
      String body = whole.substring(0, whole.indexOf("signature "));
      Random random = new Random(3);
      int read = 0;
      for (int i = 0; i < 2_000; i++) {
        byte[] forged = sign(i == 0 ? body : mutated(body, random), alice);
        text(forged);
        seen(mutated(whole, random).getBytes(ISO_8859_1));
        bob.write(forged);
        read += opens(bob, base, forged) ? 1 : 0;
      }
      assertThat(read).isPositive();
    }
  }

  private static boolean opens(Person bob, byte[] base, byte[] forged) {
    boolean opened = false;
    try (OpenTeam team = bob.open()) {
      for (SecretInfo each : team.secrets()) {
        team.reveal(each.name()).close();
      }
      opened = true;
    } catch (VaultException e) {
      assertThat(e.getMessage()).doesNotContain("made-up");
    }
    try {
      new TeamMerge(bob.home, bob.place, bob.identity).merge(base, base, forged, new TreeMap<>());
    } catch (VaultException e) {
      assertThat(e.getMessage()).doesNotContain("made-up");
    }
    return opened;
  }

  private static byte[] sign(String body, Person by) throws VaultException {
    String unsigned = body + "signature " + by.identity.publicIdentity().signKey();
    byte[] signature = by.identity.sign(Bytes.statement("file", unsigned.getBytes(ISO_8859_1)));
    return (unsigned + " " + Base64Url.of(signature) + "\n").getBytes(ISO_8859_1);
  }

  /** Lines and words changed, cut, doubled or moved. */
  private static String mutated(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    for (int edits = 1 + random.nextInt(3); edits > 0 && mutated.length() > 1; edits--) {
      int from = random.nextInt(mutated.length());
      int to = Math.min(mutated.length(), from + 1 + random.nextInt(60));
      switch (random.nextInt(5)) {
        case 0 -> mutated.setCharAt(from, " \n-0/=A\0\u007f".charAt(random.nextInt(9)));
        case 1 -> mutated.delete(from, to);
        case 2 -> mutated.insert(from, mutated.substring(from, to));
        case 3 -> line(mutated, random);
        default -> number(mutated, random);
      }
    }
    return mutated.toString();
  }

  private static void line(StringBuilder text, Random random) {
    String[] lines = text.toString().split("(?<=\n)", -1);
    text.insert(0, lines[random.nextInt(lines.length)]);
    text.insert(Math.max(0, text.lastIndexOf("\n", random.nextInt(text.length()))), "\n");
    text.delete(0, 1);
  }

  private static void number(StringBuilder text, Random random) {
    int at = text.indexOf("generation ");
    if (at >= 0 && at + 12 <= text.length()) {
      text.replace(at + 11, at + 12, Long.toString(random.nextLong() >>> random.nextInt(60)));
    }
  }

  @Test
  void whatWasGivenIsOpenedOrRefused(@TempDir Path folder) throws Exception {
    try (Person alice = new Person(folder, "alice");
        SecretValue value = SecretValue.taking("made-up-value-2".getBytes(US_ASCII))) {
      SecretInfo info = new SecretInfo("a/b", 1, new TreeMap<>());
      String given = Handover.give(info, value, alice.identity.publicIdentity(), alice.identity);
      Handover.take(given, alice.identity).close();
      Random random = new Random(4);
      for (int i = 0; i < 2_000; i++) {
        try {
          Handover.take(mutated(given, random), alice.identity).close();
        } catch (VaultException e) {
          assertThat(e.getMessage()).doesNotContain("made-up");
        }
      }
    }
  }
}
