package dev.gatekeeper.allowlist.edit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ValueImportTest {
  /** Looks like a token, and is none. */
  private static final String MADE_UP = "ghp_madeUpMadeUpMadeUp1234567890";

  @Test
  void aSecretThatIsADefaultIsNeitherShownNorWritten() throws Exception {
    List<ImportedServer> servers =
        ClientImportTest.read(
            Client.CLAUDE_CODE,
            """
            {"mcpServers": {
              "a": {"command": "x", "env": {
                "API_TOKEN": "${TOKEN:-%1$s}",
                "PASSWORD": "${PW:-made-up-Kx93mmQzP}",
                "P": "${DB_PASSWORD:-made-up-Kx93mmQzP}",
                "U": "${DB:-postgres://u:made-up-Pw77@h/db}",
                "V": "postgres://u:${PW:-made-up-Pw77}@h/db",
                "M": "a ${T:-%1$s} b",
                "C": "${my.own:-%1$s}",
                "D": "a ${my.own:-%1$s} b",
                "LEVEL": "${LEVEL:-info}"}},
              "b": {"type": "http", "url": "https://h.example.com/mcp",
                "headers": {"Authorization": "Bearer ${K:-%1$s}"},
                "oauth": false},
              "c": {"command": "x", "args": ["${DB_PASSWORD:-made-up-Kx93mmQzP}"]}}}
            """
                .formatted(MADE_UP));

    assertThat(ClientImportTest.list(servers))
        .contains(
            "\"API_TOKEN\": \"secret:a/api-token\", \"PASSWORD\": \"secret:a/password\","
                + " \"P\": \"secret:a/p\", \"U\": \"secret:a/u\", \"V\": \"secret:a/v\","
                + " \"M\": \"a ${secret:a/t} b\", \"C\": \"secret:a/c\","
                + " \"D\": \"a ${secret:a/d} b\", \"LEVEL\": \"info\"")
        .contains("\"Authorization\": \"Bearer ${secret:b/authorization}\"")
        .doesNotContain("adeUp", "made-up");
    assertThat(ClientImportTest.said(servers))
        .contains(
            "a: \"API_TOKEN\" holds what looks like a secret in \"${TOKEN:-…}\": now"
                + " secret:a/api-token; type: gatekeeper vault put a/api-token\n",
            "a: \"V\" holds what looks like a secret beside a variable: now secret:a/v;",
            "a: only the client knows what this is: \"…\": now secret:a/c;")
        .doesNotContain("adeUp", "made-up");
    assertThat(servers.getFirst().secrets())
        .filteredOn(NeededSecret::isInline)
        .extracting(NeededSecret::name)
        .containsExactlyInAnyOrder("a/api-token", "a/password", "a/p", "a/u", "a/t");
    assertThat(servers.get(1).secrets())
        .singleElement()
        .satisfies(secret -> assertThat(secret.unsafeValue()).isEqualTo(MADE_UP.getBytes(UTF_8)));
  }
}
