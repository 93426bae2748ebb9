package dev.gatekeeper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.json.Slice;
import dev.gatekeeper.wire.Incoming.Malformed;
import dev.gatekeeper.wire.Incoming.Received;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Message.Response;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvelopeTest {
  private static Incoming read(String line) throws IOException {
    return FrameReaderTest.read(line.getBytes(UTF_8), WireLimits.DEFAULT).getFirst();
  }

  private static Message message(String line) throws IOException {
    return ((Received) read(line)).message();
  }

  private static String text(Slice slice) {
    return new String(slice.toBytes(), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-7", "123456789012345678901234567890", "\"\"", "\"a\\u0041\\/\"", "\"é\""})
  void idComesBackAsWritten(String id) throws IOException {
    Request request =
        (Request) message("{\"jsonrpc\":\"2.0\",\"id\": " + id + " ,\"method\":\"m\"}");
    assertThat(text(request.id())).isEqualTo(id);
    Response response = (Response) message("{\"id\":" + id + ",\"jsonrpc\":\"2.0\",\"result\":0}");
    assertThat(text(response.id())).isEqualTo(id);
  }

  @Test
  void requestNotificationResponse() throws IOException {
    Request request =
        (Request) message("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\\/b\",\"params\":{}}");
    assertThat(request.method()).isEqualTo("a/b");
    assertThat(request.params().map(EnvelopeTest::text)).contains("{}");
    Notification notification =
        (Notification) message("{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":null}");
    assertThat(notification.params()).isEmpty();
    Response answer = (Response) message("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}");
    assertThat(answer.result().map(EnvelopeTest::text)).contains("null");
    Response error = (Response) message("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}");
    assertThat(error.error()).isPresent();
    assertThat(error.result()).isEmpty();
  }

  @Test
  void unknownMembersStayWhereTheyAre() throws IOException {
    String line =
        "{ \"x\\u002dy\":[1E400, {\"a\":1,\"a\":2}],\"jsonrpc\":\"2.0\",\"method\":\"m\",\"z\":-0.0"
            + " }";
    assertThat(text(message(line).whole())).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                            | jsonrpc is missing at byte 0 | - | false",
        "{\"id\":1,\"method\":\"m\"}                   | jsonrpc is missing at byte 0 | 1 | true",
        "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"m\"}   | jsonrpc is not \"2.0\" at byte 11 | 1 |"
            + " true",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"m\"} | jsonrpc is not \"2.0\" at byte 11 | 1 |"
            + " true",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\"} | id is neither string nor integer at"
            + " byte 22 | - | true",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"m\"} | id is neither string nor integer at"
            + " byte 22 | - | true",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"m\"} | id is neither string nor integer at"
            + " byte 22 | - | true",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}     | method is no string at byte 33 | 1 |"
            + " true",
        "{\"jsonrpc\":\"2.0\",\"id\":1}                  | neither a request nor an answer at byte"
            + " 0 | 1 | false",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1,\"error\":{}} | neither a request nor an answer"
            + " at byte 0 | 1 | false",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"result\":1} | both a request and an"
            + " answer at byte 0 | 1 | true",
        "{\"jsonrpc\":\"2.0\",\"result\":1}              | an answer without id at byte 0 | - |"
            + " false",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"x\"}  | error is no object at byte 32 | 1 |"
            + " false",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[]} | params is no object at"
            + " byte 46 | 1 | true",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"method\":\"n\"} | a name occurs twice at"
            + " byte 37 | 1 | true",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"n\"} | a name occurs twice at byte 24"
            + " | - | true",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"name\":1,\"NAME\":2}} | a"
            + " name occurs twice at byte 56 | 1 | true",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"a\":1,\"\\u0061\":2}}}"
            + " | a name occurs twice at byte 62 | 1 | true",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"} x | bytes after the end of the value at"
            + " byte 38 | 1 | true",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"    | ends too early at byte 36 | 1 | true",
      })
  void malformed(String line, String fault, String id, boolean request) throws IOException {
    Malformed bad = (Malformed) read(line);
    assertThat(bad.why() + " at byte " + bad.position()).isEqualTo(fault);
    assertThat(bad.id().map(bytes -> new String(bytes, UTF_8)).orElse("-")).isEqualTo(id);
    assertThat(bad.request()).isEqualTo(request);
  }

  @Test
  void sameNamesFurtherDownAreNotJudgedHere() throws IOException {
    assertThat(
            message(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\","
                    + "\"params\":{\"arguments\":{\"a\":1,\"A\":2}}}"))
        .isInstanceOf(Request.class);
  }

  private static List<Incoming> apart(String line) throws IOException {
    return read(line).under("2025-03-26");
  }

  @Test
  void aBatchIsWhatTheRevisionSays() throws IOException {
    String one = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}";
    String line = " [" + one + ", " + one.replace(":1,", ":1e0,") + ",[" + one + "]]";
    List<Incoming> all = apart(line);
    assertThat(text(((Received) all.get(0)).message().whole())).isEqualTo(one);
    Malformed bad = (Malformed) all.get(1);
    assertThat(bad.why() + bad.position()).isEqualTo("id is neither string nor integer22");
    assertThat(all.subList(2, all.size())).hasSize(1).first().isInstanceOf(Malformed.class);
    for (String revision : List.of("", "2024-11-05", "2025-06-18", "2025-11-25")) {
      assertThat(read(line).under(revision))
          .containsExactly(
              new Malformed(
                  "a batch; send each message by itself", 0, Optional.empty(), false, true));
    }
    Incoming alone = read(one);
    assertThat(alone.under("2025-03-26")).containsExactly(alone);
  }

  @Test
  void aBatchIsBoundedAndItsMessagesAreAsDeepAsOthers() throws IOException {
    assertThat(apart("[" + "7,".repeat(4_095) + "7]")).hasSize(4_096);
    Malformed many = (Malformed) apart("[" + "7,".repeat(4_096) + "7]").getFirst();
    assertThat(many.why()).isEqualTo("a batch of more than 4096 elements");
    assertThat(((Malformed) apart("[ ]").getFirst()).why()).isEqualTo("an empty batch");
    String start = "[{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"a\":";
    assertThat(apart(start + "[".repeat(510) + "]".repeat(510) + "}}]").getFirst())
        .isInstanceOf(Received.class);
  }

  @Test
  void byteOrderMarkIsMalformed() throws IOException {
    Malformed bad = (Malformed) read("\ufeff{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}");
    assertThat(bad.why()).isEqualTo("a byte order mark");
    assertThat(bad.id()).isPresent();
  }

  @Test
  void nestingCountsFromTheEnvelope() throws IOException {
    String start = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"a\":";
    assertThat(message(start + "[".repeat(510) + "]".repeat(510) + "}}")).isNotNull();
    Malformed bad = (Malformed) read(start + "[".repeat(511) + "]".repeat(511) + "}}");
    assertThat(bad.why()).isEqualTo("nested deeper than 512 levels");
  }
}
