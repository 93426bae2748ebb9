package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files with one fault each, and the exact words for it: data that another reader could use. */
final class VectorsTest {
  private static JsonNode vectors() throws Exception {
    try (InputStream in =
        VectorsTest.class.getResourceAsStream("/dev/gatekeeper/fingerprint/vectors.json")) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in));
    }
  }

  private static PrintList read(JsonNode all, String file) throws VaultException {
    KeyText key = KeyText.parse(all.get("key").stringValue().getBytes(UTF_8));
    byte[] trust = Base64Url.parse(all.get("trust").stringValue());
    return Sealed.read(
        file.getBytes(UTF_8),
        key.key(),
        (one, signature) -> Ed25519.verifies(trust, one, signature),
        PrintList.digest(key.place()));
  }

  @TestFactory
  List<DynamicTest> eachFaultHasItsWords() throws Exception {
    JsonNode all = vectors();
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : all.get("vectors")) {
      String text = vector.get("text").stringValue();
      String message = vector.get("message").stringValue();
      tests.add(
          DynamicTest.dynamicTest(
              vector.get("name").stringValue(),
              () -> {
                if (message.isEmpty()) {
                  assertThat(read(all, text).vault().generation()).isEqualTo(7);
                } else {
                  assertThatThrownBy(() -> read(all, text))
                      .isInstanceOf(VaultException.class)
                      .hasMessage(message);
                }
              }));
    }
    assertThat(tests).hasSizeGreaterThan(25);
    return tests;
  }

  /** What is read is what would be written, and the fingerprint is what the document says. */
  @Test
  void theSoundOneIsWhatItsValueGives() throws Exception {
    JsonNode all = vectors();
    PrintList list = read(all, all.get("vectors").get(0).get("text").stringValue());
    assertThat(PrintList.parse(list.print())).isEqualTo(list);
    KeyText key = KeyText.parse(all.get("key").stringValue().getBytes(UTF_8));
    assertThat(new String(key.print(), UTF_8)).isEqualTo(all.get("key").stringValue());
    Imprint imprint = new Imprint(key.key());
    assertThat(imprint.ofStrong(text(all, "reference"), bytes(all, "value")))
        .contains(list.prints().getFirst());
    assertThat(imprint.ofStrong(text(all, "lines-reference"), bytes(all, "lines-value")))
        .contains(list.prints().getLast())
        .hasValueSatisfying(print -> assertThat(print.lines()).isTrue());
  }

  private static String text(JsonNode all, String name) {
    return all.get(name).stringValue();
  }

  private static byte[] bytes(JsonNode all, String name) {
    return text(all, name).getBytes(UTF_8);
  }

  @Test
  void aKeyWithAFaultIsNone() throws Exception {
    JsonNode faulty = vectors().get("faulty-keys");
    assertThat(faulty.size()).isGreaterThan(8);
    for (JsonNode one : faulty) {
      assertThatThrownBy(() -> KeyText.parse(one.stringValue().getBytes(UTF_8)))
          .isInstanceOf(VaultException.class)
          .hasMessageStartingWith("key of fingerprints");
    }
  }
}
