package dev.gatekeeper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.wire.Incoming.End;
import dev.gatekeeper.wire.Incoming.Malformed;
import dev.gatekeeper.wire.Incoming.NotJson;
import dev.gatekeeper.wire.Incoming.Oversize;
import dev.gatekeeper.wire.Incoming.Received;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

  static List<Incoming> read(byte[] bytes, WireLimits limits) throws IOException {
    FrameReader reader = new FrameReader(new ByteArrayInputStream(bytes), limits);
    List<Incoming> all = new ArrayList<>();
    while (true) {
      Incoming next = reader.next();
      if (next instanceof End) {
        return all;
      }
      all.add(next);
    }
  }

  private static List<Incoming> read(String text) throws IOException {
    return read(text.getBytes(UTF_8), WireLimits.DEFAULT);
  }

  private static Malformed malformed(String line) throws IOException {
    return (Malformed) read(line).getFirst();
  }

  @Test
  void emptyStreamIsAtItsEnd() throws IOException {
    assertThat(read("")).isEmpty();
  }

  @Test
  void linesEndWithLfOrCrlfOrTheStream() throws IOException {
    List<Incoming> all = read(PING + "\n\n" + PING + "\r\n\r\n  \n" + PING);
    assertThat(all).hasSize(3);
    for (Incoming each : all) {
      Message message = ((Received) each).message();
      assertThat(new String(message.whole().toBytes(), UTF_8)).isEqualTo(PING);
    }
  }

  @Test
  void isReadyWhileAWholeMessageIsThere() throws IOException {
    byte[] bytes = (PING + "\n" + PING + "\n" + PING).getBytes(UTF_8);
    FrameReader reader = new FrameReader(new ByteArrayInputStream(bytes), WireLimits.DEFAULT);
    assertThat(reader.isReady()).isFalse();
    assertThat(reader.next()).isInstanceOf(Received.class);
    assertThat(reader.isReady()).isTrue();
    assertThat(reader.next()).isInstanceOf(Received.class);
    assertThat(reader.isReady()).as("a message without its end").isFalse();
  }

  @Test
  void textThatIsNoMessageIsSetAside() throws IOException {
    assertThat(read("[info] started\n" + PING)).first().isEqualTo(new NotJson(14, false));
  }

  @Test
  void duplicateKeyIsMalformedAndKeepsTheId() throws IOException {
    Malformed bad = malformed("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"a\",\"Method\":\"b\"}");
    assertThat(bad.why()).isEqualTo("a name occurs twice");
    assertThat(bad.id().map(id -> new String(id, UTF_8))).contains("7");
    assertThat(bad.request()).isTrue();
  }

  @Test
  void twoIdsAreNoId() throws IOException {
    Malformed bad = malformed("{\"jsonrpc\":\"2.0\",\"id\":7,\"id\":8,\"method\":\"a\"}");
    assertThat(bad.id()).isEmpty();
  }

  @Test
  void oversizeLineIsSkimmedToItsIdAndTheNextLineIsRead() throws IOException {
    String big =
        "{\"result\":{\"id\":3,\"x\":\"" + "y".repeat(300_000) + "\"},\"id\":\"a\\u0041\"}";
    List<Incoming> all = read((big + "\n" + PING).getBytes(UTF_8), new WireLimits(100_000, 8));
    Oversize oversize = (Oversize) all.getFirst();
    assertThat(oversize.id().map(id -> new String(id, UTF_8))).contains("\"a\\u0041\"");
    assertThat(oversize.request()).isFalse();
    assertThat(oversize.bytes()).isEqualTo(big.length());
    assertThat(all.get(1)).isInstanceOf(Received.class);
  }

  @Test
  void longLineIsReadAndTheOneAfterIt() throws IOException {
    String big =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"x\":\"" + "y".repeat(300_000) + "\"}}";
    List<Incoming> all = read(big + "\n" + PING + "\n");
    assertThat(all).hasSize(2).allMatch(Received.class::isInstance);
    assertThat(((Received) all.getFirst()).message().whole().toBytes())
        .isEqualTo(big.getBytes(UTF_8));
  }
}
