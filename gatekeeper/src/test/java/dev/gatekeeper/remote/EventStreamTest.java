package dev.gatekeeper.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventStreamTest {
  private static final WireLimits LIMITS = new WireLimits(1_000, 16);
  private static final String MESSAGE = "{\"jsonrpc\":\"2.0\",\"method\":\"m\"}";

  private final Cursor cursor = new Cursor();

  private List<String> read(String text, int most) throws IOException {
    InputStream in =
        new ByteArrayInputStream(text.getBytes(UTF_8)) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(most, length));
          }
        };
    EventStream events = new EventStream(in, LIMITS, cursor);
    List<String> all = new ArrayList<>();
    for (Optional<EventStream.Event> event = events.next();
        event.isPresent();
        event = events.next()) {
      all.add(
          event.get().type()
              + " "
              + event.get().text()
              + event.get().message().map(EventStreamTest::shown).orElse(""));
    }
    return all;
  }

  private static String shown(Incoming incoming) {
    return switch (incoming) {
      case Incoming.Received received -> new String(received.message().whole().toBytes(), UTF_8);
      case Incoming.Oversize big -> "oversize " + big.bytes();
      case Incoming.Malformed bad -> "malformed " + bad.why();
      case Incoming.Batch batch -> "batch";
      case Incoming.NotJson stray -> "not JSON " + stray.length();
      case Incoming.End end -> "end";
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void linesEndInThreeWays(String end) throws IOException {
    String text =
        ": x\n\nevent: e\nid: 7\nretry: 40\ndata: a\ndata:b\ndata\n\ndata:" + MESSAGE + "\n\n";
    for (int most : new int[] {1, 2, 3, 1_000}) {
      assertThat(read(text.replace("\n", end), most))
          .containsExactly("e a\nb\n", "message " + MESSAGE);
      assertThat(cursor.last()).contains("7");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\ufeffdata: x\n\n', 'message not JSON 1'",
    "'data: x\n\ufeffdata: y\n\n', 'message not JSON 1'",
    "'data:  x\n\n', 'message not JSON 2'",
    "'data: x\n', ''",
    "'data: x', ''",
    "'data: \n\n', ''",
    "'event: a\n\ndata: x\n\n', 'message not JSON 1'",
    "'dat: x\ndata : x\nDATA: x\n\n', ''",
    "'event: a\nevent: message\ndata: x\n\n', 'message not JSON 1'",
    "'\n\n\n', ''"
  })
  void readsAsTheStandardSays(String text, String events) throws IOException {
    assertThat(read(text, 1_000)).isEqualTo(events.isEmpty() ? List.of() : List.of(events));
  }

  @Test
  void boundsWhatItKeeps() throws IOException {
    String big = "x".repeat(100_000);
    assertThat(read("data: " + big + "\n\ndata: " + MESSAGE + "\n\n", 1_000))
        .containsExactly("message oversize 100000", "message " + MESSAGE);
    assertThat(read("event: other\ndata: " + big + "\n\n", 1_000)).containsExactly("other ");
    assertThat(read(big + ": y\nid: " + big + "\nevent: " + big + "\ndata: x\n\n", 1_000))
        .containsExactly("message not JSON 1");
    assertThat(cursor.last()).isEmpty();
  }

  @Test
  void anIdThatCannotBeSentResumesNothing() throws IOException {
    read("id: good one\ndata: x\n\n", 9);
    assertThat(cursor.last()).contains("good one");
    for (String id : new String[] {"", "a\u0000b", "\u00fc", " ", "a "}) {
      read("id: good\ndata: x\n\nid: " + id + "\ndata: x\n\n", 9);
      assertThat(cursor.last()).as("after a bad id").isEmpty();
    }
    read("id: good\ndata: x\n\nid: other", 9);
    assertThat(cursor.last()).as("an event that did not come whole").contains("good");
  }

  @Test
  void waitsAsLongAsTheServerSaysWithinReason() {
    cursor.retry("2500");
    assertThat(cursor.pause()).isEqualTo(2_500);
    cursor.alive();
    cursor.retry("0");
    assertThat(cursor.pause()).isEqualTo(100);
    cursor.retry("12x");
    cursor.retry("-1");
    assertThat(cursor.pause()).as("the second attempt backs off").isEqualTo(1_000);
    cursor.alive();
    cursor.retry("999999999");
    assertThat(cursor.pause()).isEqualTo(300_000);
    cursor.retry("1");
    for (int i = 0; i < 100; i++) {
      assertThat(cursor.pause()).isBetween(500L, 30_000L);
    }
  }

  /** Whatever comes in whatever pieces: the same events, and no exception. */
  @Test
  void piecesMakeNoDifference() throws IOException {
    String[] parts = {"data", "id", "event", ":", " ", "\n", "\r", "\n\n", "x", "\ufeff", MESSAGE};
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      assertThat(read(text.toString(), 1)).as("seed %s", seed).isEqualTo(read(text.toString(), 77));
    }
  }
}
