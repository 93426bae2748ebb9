package dev.gatekeeper.audit.opening;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.redaction.ValueDigest;
import dev.gatekeeper.seal.SealKeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

final class PrintsTest {
  private static final Path VECTORS = Path.of("src/test/resources/print-vectors.csv");
  private static final String REFERENCE = "secret:shop/password";

  private final SealKeyPair vault = SealKeyPair.generate();

  private static byte[] digest(String value) {
    return ValueDigest.of(value.getBytes(UTF_8));
  }

  private static Prints to(SealKeyPair vault) {
    Prints prints = new Prints();
    prints.sealTo(vault.publicKey());
    return prints;
  }

  /** Key, reference, print; then the value and what is shown of it, or nothing. */
  @ParameterizedTest
  @CsvFileSource(resources = "/print-vectors.csv", numLinesToSkip = 1)
  void opensTheVectors(
      String what, String half, String reference, String print, String value, String shown) {
    SealKeyPair keys = SealKeyPair.of(HexFormat.of().parseHex(half));
    Optional<byte[]> digest = Prints.open(keys, reference, print);
    assertThat(digest.isPresent()).as(what).isEqualTo(value != null);
    if (value != null) {
      assertThat(digest.orElseThrow()).isEqualTo(digest(value));
      assertThat(Prints.shown(keys, digest.get())).isEqualTo(shown);
    }
  }

  @Test
  void theSpecificationHasTheVector() throws Exception {
    String[] sound = Files.readAllLines(VECTORS).get(1).split(",", -1);
    String specification = Files.readString(Path.of("../docs/audit-format.md"));
    assertThat(specification).contains(sound[3], sound[5]);
    assertThat(specification).contains(HexFormat.of().formatHex(digest(sound[4])));
  }

  @Test
  void aValueIsKnownAgainByTheVaultAlone() {
    KeptSecret one = to(vault).of(REFERENCE, List.of(digest("made-up-one")));
    KeptSecret again = to(vault).of(REFERENCE, List.of(digest("made-up-one")));
    String print = one.prints().getFirst();
    assertThat(again.prints()).doesNotContain(print);
    byte[] digest = Prints.open(vault, REFERENCE, print).orElseThrow();
    assertThat(digest).isEqualTo(digest("made-up-one"));
    assertThat(Prints.open(vault, REFERENCE, again.prints().getFirst())).contains(digest);
    assertThat(Prints.shown(vault, digest))
        .matches("[0-9a-f]{32}")
        .isNotEqualTo(Prints.shown(vault, digest("made-up-two")))
        .isNotEqualTo(Prints.shown(SealKeyPair.generate(), digest));
    assertThat(Prints.open(SealKeyPair.generate(), REFERENCE, print)).isEmpty();
    assertThat(Prints.open(vault, "secret:other", print)).isEmpty();
  }

  /** What lies in openings and log is no help in guessing: it holds neither value nor digest. */
  @Test
  void aPrintTellsNothingWithoutTheVault() {
    byte[] digest = digest("made-up-1234");
    String print = to(vault).of(REFERENCE, List.of(digest)).prints().getFirst();
    byte[] sealed = Base64.getUrlDecoder().decode(print);
    assertThat(sealed).hasSize(32 + 32 + 16);
    assertThat(HexFormat.of().formatHex(sealed))
        .doesNotContain(HexFormat.of().formatHex(digest, 0, 4));
  }

  @Test
  void inOneProcessTheSameValueHasTheSamePrint() {
    Prints prints = to(vault);
    List<byte[]> both = List.of(digest("made-up-one"), digest("made-up-two"));
    assertThat(prints.of(REFERENCE, both)).isEqualTo(prints.of(REFERENCE, both));
    assertThat(prints.of(REFERENCE, both).prints()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void withoutAVaultOrWithOneToWhichNothingIsSealedThereIsNoPrint() {
    List<byte[]> digest = List.of(digest("made-up-one"));
    Prints prints = new Prints();
    assertThat(prints.of(REFERENCE, digest).prints()).isEmpty();
    prints.sealTo(new byte[32]);
    assertThat(prints.of(REFERENCE, digest).prints()).isEmpty();
  }

  @Test
  void fromASecondVaultOnNothingIsSealedToEither() {
    List<byte[]> digest = List.of(digest("made-up-one"));
    Prints prints = to(vault);
    prints.sealTo(vault.publicKey());
    assertThat(prints.of(REFERENCE, digest).prints()).hasSize(1);
    prints.sealTo(SealKeyPair.generate().publicKey());
    assertThat(prints.of(REFERENCE, digest).prints()).isEmpty();
    prints.sealTo(vault.publicKey());
    assertThat(prints.of(REFERENCE, digest).prints()).isEmpty();
  }

  @Test
  void anOpeningThatTellsOfOtherSecretsThanTheRecordIsSeen() throws Exception {
    KeptSecret secret = to(vault).of(REFERENCE, List.of(digest("made-up-one")));
    KeptSecret other = to(vault).of(REFERENCE, List.of(digest("made-up-one")));
    NamedValue value = new NamedValue("sql", "1".getBytes(UTF_8), "1");
    Arguments committed = Arguments.commit(ArgumentsPolicy.DIGEST, List.of(value), List.of(secret));
    String line = new String(committed.opening(), UTF_8);
    Opening opening = Opening.parse(committed.opening());
    assertThat(opening.holds()).isTrue();
    assertThat(opening.secrets()).containsExactly(secret);
    assertThat(opening.holdsSecrets(committed.secrets())).isTrue();
    assertThat(opening.holdsSecrets("")).isFalse();
    for (String altered :
        List.of(
            line.replace(secret.prints().getFirst(), other.prints().getFirst()),
            line.replace("shop/password", "shop/passwort"),
            line.replaceFirst(",\"secrets\":.*", "}"))) {
      assertThat(Opening.parse(altered.getBytes(UTF_8)).holdsSecrets(committed.secrets()))
          .isFalse();
    }
    Arguments without = Arguments.commit(ArgumentsPolicy.DIGEST, List.of(value));
    assertThat(without.secrets()).isEmpty();
    assertThat(Opening.parse(without.opening()).holdsSecrets("")).isTrue();
  }
}
