package dev.gatekeeper.allowlist.edit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.edit.ListEdit;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.read.ListReader;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: servers, or a fault at its place, and nothing else thrown. */
final class ClientImportFuzzTest {
  private static final ClientImport.Choice CHOICE =
      new ClientImport.Choice(List.of("*"), "in use", "alice");

  private static final List<Client> CLIENTS = List.of(Client.values());

  private static final String TOML =
      """
      a.b = [1, 2.5, "x", 'y', {c = true, d = 2026-01-31T12:00:00Z}] # why
      [mcp_servers."a.b"]
      command = \"\"\"npx\"\"\"
      env = {A = "\\u0041", B = '''${C}'''}
      [[x]]
      y = 0x1F
      """;

  private static final String JSON =
      """
      {"mcpServers": {"a_b": {"command": "x", "args": ["${A:-b}", 1], "env": {"T": "${env:T}"},
        "timeout": 5, "headers": {"Authorization": "Bearer $X"}}}, // why
       "servers": {"c": {"url": "https://c.example/${input:i}"}}, "inputs": [{"id": "i"}],
       "mcp": {"d": {"type": "local", "command": ["y", "{file:z}"], "enabled": true,},},}
      """;

  @FuzzTest
  void aFileIsReadOrHasAFaultAtItsPlace(byte[] data) {
    if (data.length == 0) {
      return;
    }
    Client client = CLIENTS.get((data[0] & 0xff) % CLIENTS.size());
    read(client, Arrays.copyOfRange(data, 1, data.length));
  }

  @Test
  void filesWithSlipsAreReadOrHaveAFaultAtTheirPlace() {
    Random random = new Random(7);
    String bits = "{}[]\"'\\#/*=.,:-_${} \n\r\tabE0129\u0000\u00e9\ud83d";
    for (int i = 0; i < 20_000; i++) {
      Client client = CLIENTS.get(i % CLIENTS.size());
      StringBuilder text = new StringBuilder(client == Client.CODEX ? TOML : JSON);
      for (int slips = random.nextInt(4); slips >= 0; slips--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, bits.charAt(random.nextInt(bits.length())));
          default -> text.setCharAt(at, bits.charAt(random.nextInt(bits.length())));
        }
      }
      read(client, text.toString().getBytes(UTF_8));
    }
  }

  private static void read(Client client, byte[] text) {
    try {
      ClientImport.read(ClientImport.Source.of(client), text, CHOICE)
          .orElse(List.of())
          .forEach(ClientImportFuzzTest::isSound);
    } catch (JsonException e) {
      assertThat(e.at().line()).isPositive();
      assertThat(e.at().column()).isPositive();
    }
  }

  /** A draft is an entry, or is refused as one; it never turns the list into something else. */
  private static void isSound(ImportedServer server) {
    if (server.draft().isEmpty()) {
      assertThat(server.differences()).isNotEmpty();
      return;
    }
    String list = ListEdit.of(ListEdit.EMPTY).with(server.draft().get());
    try {
      AllowList parsed = ListReader.read(list.getBytes(UTF_8), "f");
      assertThat(parsed.servers()).containsOnlyKeys(server.draft().get().name());
    } catch (AllowListException e) {
      assertThat(e.problems()).isNotEmpty();
    }
  }
}
