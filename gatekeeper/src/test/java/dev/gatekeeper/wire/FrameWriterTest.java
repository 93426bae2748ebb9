package dev.gatekeeper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.Members;
import dev.gatekeeper.wire.Incoming.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameWriterTest {
  @Test
  void addsOneLineFeed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write("{}".getBytes(UTF_8));
    assertThat(out.toString(UTF_8)).isEqualTo("{}\n");
  }

  @Test
  void lineEndsInsideAreBlankedAndTheFrameGivenIsNotTouched() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] frame = "{\r\n\"a\":\n1}".getBytes(UTF_8);
    byte[] before = frame.clone();
    new FrameWriter(out).write(frame);
    assertThat(out.toString(UTF_8)).isEqualTo("{  \"a\": 1}\n");
    assertThat(frame).isEqualTo(before);
  }

  @Test
  void smallFramesLeaveInOneWrite() throws IOException {
    List<Integer> writes = new ArrayList<>();
    FrameWriter writer =
        new FrameWriter(
            new OutputStream() {
              @Override
              public void write(int b) {
                writes.add(1);
              }

              @Override
              public void write(byte[] bytes, int from, int count) {
                writes.add(count);
              }
            });
    writer.write(new byte[1000]);
    assertThat(writes).containsExactly(1001);
  }

  @Test
  void messagesOfManyThreadsNeverMix() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FrameWriter writer = new FrameWriter(out);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      String name = "t" + t;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < 200; n++) {
                      int i = n;
                      int size = i % 20 == 0 ? 100_000 : 10;
                      byte[] frame =
                          Json.object()
                              .put("jsonrpc", "2.0")
                              .put("method", name)
                              .object("params", p -> p.put("n", i).put("x", "y".repeat(size)))
                              .toBytes();
                      try {
                        writer.write(frame);
                      } catch (IOException e) {
                        throw new AssertionError(e);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    int[] next = new int[8];
    List<Incoming> all = FrameReaderTest.read(out.toByteArray(), WireLimits.DEFAULT);
    assertThat(all).hasSize(1600);
    for (Incoming each : all) {
      Message.Notification message = (Message.Notification) ((Received) each).message();
      Members params = message.params().orElseThrow().members();
      int thread = message.method().charAt(1) - '0';
      assertThat(params.get("n").orElseThrow().integer()).hasValue(next[thread]++);
    }
  }

  @Test
  void nothingFollowsHalfAMessage() {
    FrameWriter writer =
        new FrameWriter(
            new OutputStream() {
              private boolean failed;

              @Override
              public void write(int b) throws IOException {
                if (!failed) {
                  failed = true;
                  throw new IOException("made up");
                }
              }
            });
    assertThatIOException()
        .isThrownBy(() -> writer.write("{}".getBytes(UTF_8)))
        .withMessage("made up");
    assertThatIOException()
        .isThrownBy(() -> writer.write("{}".getBytes(UTF_8)))
        .withMessage("an earlier message could not be written");
  }
}
