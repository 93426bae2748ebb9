package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files with one fault each, and the exact words for it: data that another reader could use. */
final class VectorsTest {
  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> vectors() throws IOException {
    JsonNode all;
    try (InputStream in = VectorsTest.class.getResourceAsStream("vectors.json")) {
      all = JsonMapper.shared().readTree(Objects.requireNonNull(in));
    }
    byte[] wrapping = Base64Url.parse(all.get("keyring").stringValue());
    String passphrase = all.get("passphrase").stringValue();
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : all.get("vectors")) {
      tests.add(
          DynamicTest.dynamicTest(
              vector.get("name").stringValue(), () -> check(vector, wrapping, passphrase)));
    }
    assertThat(tests).hasSizeGreaterThan(50);
    return tests;
  }

  private void check(JsonNode vector, byte[] wrapping, String passphrase) throws Exception {
    Path path = folder.resolve("vault");
    Files.deleteIfExists(path);
    Files.write(path, vector.get("text").stringValue().getBytes(UTF_8));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    String message = vector.get("message").stringValue();
    if (message.isEmpty()) {
      open(path, vector, wrapping, passphrase);
    } else {
      assertThatThrownBy(() -> open(path, vector, wrapping, passphrase))
          .isInstanceOf(VaultException.class)
          .hasMessage(message);
    }
  }

  private static void open(Path path, JsonNode vector, byte[] wrapping, String passphrase)
      throws VaultException {
    switch (vector.get("by").stringValue()) {
      case "keyring" -> VaultFile.at(path).openByKeyring(wrapping).close();
      case "passphrase" -> {
        try (Passphrase known = new Passphrase(passphrase.getBytes(UTF_8))) {
          VaultFile.at(path).open(known).close();
        }
      }
      default -> throw new AssertionError("opened by what?");
    }
  }
}
