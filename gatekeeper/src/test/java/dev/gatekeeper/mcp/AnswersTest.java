package dev.gatekeeper.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gatekeeper.SchemaOf;
import dev.gatekeeper.json.Slice;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gatekeeper writes itself is strict JSON and valid under the revision in force. */
final class AnswersTest {
  /** Texts that break what is put together from strings. */
  private static final String HOSTILE = "a\"\\/\n\r\t\0\u001f\u2028\ud800 \ud83d\ude00 </script>";

  private static void valid(String definition, byte[] json) throws Exception {
    assertThat(Slice.of(json).toBytes()).isEqualTo(json).doesNotContain('\n');
    assertThat(SchemaOf.REVISION_2025_11_25.faults(definition, json)).as(definition).isEmpty();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "123456789012345678901234567890", "\"a\\u0041\\n\"", "\"\""})
  void answersWithAnyId(String id) throws Exception {
    byte[] bytes = utf8(id);
    valid("JSONRPCResultResponse", Answers.emptyResult(bytes));
    valid("JSONRPCResultResponse", Answers.toolText(bytes, HOSTILE, true));
    valid("JSONRPCErrorResponse", Answers.error(Optional.of(bytes), -32000, HOSTILE));
    valid("CancelledNotification", Answers.cancelled(bytes, Optional.empty()));
    valid("CancelledNotification", Answers.cancelled(bytes, Optional.of(utf8("\"x\""))));
    for (String method :
        new String[] {"tools/call", "prompts/get", "completion/complete", "resources/read"}) {
      valid("JSONRPCErrorResponse", Answers.unknown(bytes, method, HOSTILE));
    }
  }

  @Test
  void errorsWithoutId() throws Exception {
    valid("JSONRPCErrorResponse", Answers.error(Optional.empty(), Answers.PARSE_ERROR, HOSTILE));
  }

  @Test
  void toolTextIsAToolResult() throws Exception {
    byte[] message = Answers.toolText(utf8("1"), HOSTILE, true);
    Slice result = Slice.of(message).members().get("result").orElseThrow();
    valid("CallToolResult", result.toBytes());
  }

  @Test
  void notifications() throws Exception {
    valid("ToolListChangedNotification", Answers.notification("notifications/tools/list_changed"));
    valid("InitializedNotification", Answers.notification("notifications/initialized"));
    valid("JSONRPCRequest", Answers.request(7, "tools/list", utf8("{}")));
  }

  @Test
  void bothEndsOfTheHandshake() throws Exception {
    Map<String, byte[]> capabilities = new LinkedHashMap<>();
    capabilities.put("roots", utf8("{\"listChanged\":true}"));
    capabilities.put("elicitation", utf8("{\"form\":{},\"url\":{}}"));
    capabilities.put("sampling", utf8("{}"));
    for (String version : Handshake.VERSIONS) {
      var hello = new Handshake.ClientHello(version, HOSTILE, HOSTILE, capabilities);
      valid("InitializeResult", Handshake.initializeResult(hello, HOSTILE));
      valid("InitializeRequestParams", Handshake.initializeParams(hello, Set.of()));
      valid(
          "InitializeRequestParams",
          Handshake.initializeParams(hello, Set.of("roots", "elicitation", "sampling")));
    }
  }

  @Test
  void schemaFindsFaults() {
    SchemaOf schema = SchemaOf.REVISION_2025_11_25;
    assertThat(schema.faults("CallToolResult", utf8("{\"content\":[{\"type\":\"text\"}]}")))
        .isNotEmpty();
    assertThat(schema.faults("JSONRPCMessage", utf8("{\"jsonrpc\":\"2.0\",\"id\":null}")))
        .isNotEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schema.faults("NoSuchThing", utf8("{}")))
        .withMessage("the revision has no NoSuchThing");
  }
}
