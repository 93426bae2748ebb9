package dev.gatekeeper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GatheringTest {
  private static final WireLimits LIMITS = new WireLimits(100_000, 16);

  private final Gathering gathering = new Gathering(LIMITS);

  private Incoming take(String text, int piece) {
    byte[] bytes = text.getBytes(UTF_8);
    for (int from = 0; from < bytes.length; from += piece) {
      gathering.add(bytes, from, Math.min(bytes.length, from + piece));
    }
    return gathering.take();
  }

  @Test
  void whatComesInPiecesIsOneMessage() {
    String big = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"" + "x".repeat(60_000) + "\"}";
    for (int piece : new int[] {1, 7, 16_384, 100_000}) {
      assertThat(take(big, piece))
          .isInstanceOfSatisfying(
              Incoming.Received.class,
              received ->
                  assertThat(received.message().whole().toBytes()).asString(UTF_8).isEqualTo(big));
    }
  }

  /** The message keeps its bytes, whatever is gathered after it. */
  @Test
  void aMessageIsItsOwn() {
    Incoming.Received first = (Incoming.Received) take("{\"jsonrpc\":\"2.0\",\"method\":\"a\"}", 9);
    Incoming.Received second =
        (Incoming.Received) take("{\"jsonrpc\":\"2.0\",\"method\":\"b\"}", 9);
    assertThat(first.message().whole().toBytes()).asString(UTF_8).contains("\"a\"");
    assertThat(second.message().whole().toBytes()).asString(UTF_8).contains("\"b\"");
  }

  @Test
  void lineEndsAreWhiteSpaceAndNothingInsideAString() {
    assertThat(take("\r\n{\n\"jsonrpc\":\r\"2.0\",\"method\":\"m\"\n}\n", 3))
        .isInstanceOf(Incoming.Received.class);
    assertThat(take("{\"jsonrpc\":\"2.0\",\"method\":\"m\nm\"}", 3))
        .isInstanceOf(Incoming.Malformed.class);
  }

  @Test
  void nothingIsNoMessage() {
    assertThat(gathering.take()).isEqualTo(new Incoming.NotJson(0, false));
    assertThat(take(" \n\t", 1)).isEqualTo(new Incoming.NotJson(3, false));
    assertThat(take("a log line", 4)).isEqualTo(new Incoming.NotJson(10, false));
  }

  @Test
  void whatIsTooLongIsSkimmedForItsId() {
    String big =
        "{\n\"jsonrpc\":\"2.0\",\"result\":\"" + "x".repeat(200_000) + "\",\n\"id\":\n\"a-7\"\n}";
    for (int piece : new int[] {1, 4_096, 300_000}) {
      assertThat(take(big, piece))
          .isInstanceOfSatisfying(
              Incoming.Oversize.class,
              over -> {
                assertThat(over.bytes()).isEqualTo(big.length());
                assertThat(over.request()).isFalse();
                assertThat(over.id().map(id -> new String(id, UTF_8))).contains("\"a-7\"");
              });
    }
    assertThat(take("{\"jsonrpc\":\"2.0\",\"method\":\"m\"}", 5))
        .isInstanceOf(Incoming.Received.class);
  }

  @Test
  void otherBytesAreTakenAsTheyAreWithinABound() {
    gathering.add("/messages".getBytes(UTF_8), 0, 9);
    assertThat(gathering.takeBytes(9))
        .hasValueSatisfying(b -> assertThat(b).asString(UTF_8).isEqualTo("/messages"));
    gathering.add("/messages".getBytes(UTF_8), 0, 9);
    assertThat(gathering.takeBytes(8)).isEmpty();
    assertThat(gathering.bytes()).isZero();
  }

  /** A line and a body with the same bytes are the same. */
  @Test
  void judgesAsTheReaderOfLines() throws Exception {
    String[] parts = {
      "{",
      "}",
      "\"id\"",
      ":",
      "1",
      ",",
      "\"jsonrpc\":\"2.0\"",
      "\"method\":\"m\"",
      "[",
      "]",
      " ",
      "x"
    };
    for (int seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder("{");
      for (int i = 0; i < 8; i++) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      Incoming line =
          new FrameReader(new ByteArrayInputStream(text.toString().getBytes(UTF_8)), LIMITS).next();
      assertThat(shown(take(text.toString(), 3))).as("seed %s", seed).isEqualTo(shown(line));
    }
  }

  private static String shown(Incoming incoming) {
    return incoming instanceof Incoming.Malformed bad
        ? bad.why() + bad.position() + bad.request() + bad.id().map(id -> new String(id, UTF_8))
        : incoming.getClass().getSimpleName();
  }
}
