package dev.gatekeeper.allowlist.edit.client;

import static dev.gatekeeper.allowlist.edit.client.ClientImportTest.list;
import static dev.gatekeeper.allowlist.edit.client.ClientImportTest.read;
import static dev.gatekeeper.allowlist.edit.client.ClientImportTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RemoteImportTest {
  /** Looks like a token, and is none. */
  private static final String MADE_UP = "ghp_madeUpMadeUpMadeUp1234567890";

  @Test
  void aClientThatWasRegisteredByHandIsTakenOver() throws Exception {
    List<ImportedServer> servers =
        read(
            Client.CURSOR,
            """
            {"mcpServers": {
              "slack": {"url": "https://slack.example/mcp", "auth": {"CLIENT_ID": "gk",
                "CLIENT_SECRET": "%s", "scopes": ["read", "write"]}},
              "other": {"url": "https://other.example/mcp", "oauth": {"clientId": "gk",
                "callbackPort": 8400, "scope": "a  b", "clientSecret": "${env:SECRET}",
                "tokenUrl": "https://t.example/"}},
              "off": {"url": "https://off.example/mcp", "oauth": false},
              "no": {"url": "https://no.example/mcp", "oauth": {"enabled": false, "scope": "a"}},
              "yes": {"url": "https://yes.example/mcp", "oauth": {"enabled": true}},
              "key": {"url": "https://key.example/mcp", "headers": {"authorization": "Bearer %s",
                "Accept": "application/json", "X": "1", "x": "2"}},
              "plain": {"url": "http://plain.example/mcp"},
              "bare": {"url": "https://bare.example/mcp"}
            }}
            """
                .formatted(MADE_UP, MADE_UP));

    assertThat(list(servers))
        .contains(
            "\"url\": \"https://slack.example/mcp\", \"oauth\": { \"clientId\": \"gk\","
                + " \"clientSecret\": \"secret:slack/client-secret\","
                + " \"scopes\": [\"read\", \"write\"] }",
            "\"oauth\": { \"clientId\": \"gk\", \"clientSecret\":"
                + " \"secret:other/client-secret\", \"scopes\": [\"a\", \"b\"],"
                + " \"redirectPort\": 8400 }",
            "\"url\": \"https://no.example/mcp\", \"tools\"",
            "\"url\": \"https://yes.example/mcp\", \"oauth\": {}",
            "\"headers\": { \"authorization\": \"Bearer ${secret:key/authorization}\","
                + " \"X\": \"1\" }")
        .doesNotContain(MADE_UP, "plain.example");
    assertThat(said(servers))
        .contains(
            "other: \"tokenUrl\" of a login means nothing here: left out\n",
            "key: the header \"Accept\" belongs to the transport: left out\n",
            "key: the header \"x\" stands there twice: the first one was taken\n",
            "plain: not imported: everybody on the way to \"url\" reads it: ask for an https",
            "bare: the client logs in by itself where this server asks for it: if it does, write"
                + " \"oauth\": {}, and type: gatekeeper login bare\n")
        .doesNotContain(MADE_UP, "off: the client", "no: the client", "key: the client");
  }
}
