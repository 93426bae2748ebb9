package dev.gatekeeper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gatekeeper.wire.Incoming.End;
import dev.gatekeeper.wire.Incoming.Malformed;
import dev.gatekeeper.wire.Incoming.Oversize;
import dev.gatekeeper.wire.Incoming.Received;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Peers that want the reader's memory, time or life. */
final class FrameReaderHostileTest {
  private static final byte[] PING =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n".getBytes(UTF_8);

  /** A start, so many times one byte, an end; given in pieces of at most so many bytes. */
  private static final class Endless extends InputStream {
    private final byte[] start;
    private final long filling;
    private final byte[] end;
    private final int piece;
    private long at;

    Endless(String start, long filling, String end, int piece) {
      this.start = start.getBytes(UTF_8);
      this.filling = filling;
      this.end = end.getBytes(UTF_8);
      this.piece = piece;
    }

    @Override
    public int read() {
      throw new AssertionError("never byte by byte");
    }

    @Override
    public int read(byte[] bytes, int from, int count) {
      int wanted = Math.min(count, piece);
      if (at < start.length) {
        int given = (int) Math.min(wanted, start.length - at);
        System.arraycopy(start, (int) at, bytes, from, given);
        at += given;
        return given;
      }
      long filled = at - start.length;
      if (filled < filling) {
        int given = (int) Math.min(wanted, filling - filled);
        Arrays.fill(bytes, from, from + given, (byte) 'x');
        at += given;
        return given;
      }
      int ended = (int) (filled - filling);
      if (ended == end.length) {
        return -1;
      }
      int given = Math.min(wanted, end.length - ended);
      System.arraycopy(end, ended, bytes, from, given);
      at += given;
      return given;
    }
  }

  private static long allocated() {
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return bean.getCurrentThreadAllocatedBytes();
  }

  @Test
  void gigabyteWithoutLineEndCostsTheLimitOnly() throws IOException {
    InputStream in =
        new Endless(
            "{\"result\":\"", 1L << 30, "\",\"id\":77}\n" + new String(PING, UTF_8), 1 << 20);
    FrameReader reader = new FrameReader(in, new WireLimits(1 << 20, 512));
    long before = allocated();
    Oversize oversize = (Oversize) reader.next();
    // The limit, the smaller buffers that grew to it, and what the skim keeps.
    assertThat(allocated() - before).isLessThan((2 << 20) + (512 << 10));
    assertThat(oversize.id().map(id -> new String(id, UTF_8))).contains("77");
    assertThat(oversize.bytes()).isEqualTo((1L << 30) + 21);
    assertThat(reader.next()).isInstanceOf(Received.class);
    assertThat(reader.next()).isInstanceOf(End.class);
  }

  @Test
  void gigabyteThatNeverEndsIsOneOversizeLine() throws IOException {
    FrameReader reader =
        new FrameReader(new Endless("", 1L << 30, "", 1 << 20), new WireLimits(1 << 20, 512));
    assertThat(((Oversize) reader.next()).bytes()).isEqualTo(1L << 30);
    assertThat(reader.next()).isInstanceOf(End.class);
    assertThat(reader.next()).isInstanceOf(End.class);
  }

  @Test
  void limitIsExact() throws IOException {
    String line = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + "m".repeat(200_000) + "\"}";
    for (String end : new String[] {"\n", "\r\n", ""}) {
      byte[] bytes = (line + end).getBytes(UTF_8);
      assertThat(FrameReaderTest.read(bytes, new WireLimits(line.length(), 8)).getFirst())
          .isInstanceOf(Received.class);
      Oversize over =
          (Oversize) FrameReaderTest.read(bytes, new WireLimits(line.length() - 1, 8)).getFirst();
      assertThat(over.bytes()).isEqualTo(line.length());
      assertThat(over.id()).isPresent();
      assertThat(over.request()).isTrue();
    }
    assertThat(FrameReaderTest.read(PING, new WireLimits(PING.length - 2, 8)).getFirst())
        .isInstanceOf(Oversize.class);
    assertThat(FrameReaderTest.read(PING, new WireLimits(PING.length - 1, 8)).getFirst())
        .isInstanceOf(Received.class);
  }

  @Test
  void bufferShrinksAfterLongLine() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] big =
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"" + "y".repeat(8 << 20) + "\"}\n")
            .getBytes(UTF_8);
    bytes.writeBytes(big);
    for (int i = 0; i < 1000; i++) {
      bytes.writeBytes(PING);
    }
    FrameReader reader =
        new FrameReader(new ByteArrayInputStream(bytes.toByteArray()), WireLimits.DEFAULT);
    Received first = (Received) reader.next();
    assertThat(first.message().whole().length()).isEqualTo(big.length - 1);
    for (int i = 0; i < 1000; i++) {
      Received next = (Received) reader.next();
      assertThat(next.message().whole().array().length).isEqualTo(PING.length - 1);
    }
  }

  @Test
  void trickleOfSingleBytesIsRead() throws IOException {
    Endless in = new Endless("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"", 100_000, "\"}\r\n", 1);
    FrameReader reader = new FrameReader(in, WireLimits.DEFAULT);
    assertThat(reader.next()).isInstanceOf(Received.class);
    assertThat(reader.next()).isInstanceOf(End.class);
  }

  @Test
  void millionTinyFramesAreRead() throws IOException {
    byte[] frame = "{\"jsonrpc\":\"2.0\",\"method\":\"m\"}\n".getBytes(UTF_8);
    byte[] frames = new byte[frame.length * 1_000_000];
    for (int i = 0; i < frames.length; i += frame.length) {
      System.arraycopy(frame, 0, frames, i, frame.length);
    }
    FrameReader reader = new FrameReader(new ByteArrayInputStream(frames), WireLimits.DEFAULT);
    int count = 0;
    while (reader.next() instanceof Received) {
      count++;
    }
    assertThat(count).isEqualTo(1_000_000);
  }

  @Test
  void deepNestingIsMalformedAndTheNextLineIsRead() throws IOException {
    String deep =
        "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"m\",\"params\":{\"a\":"
            + "[".repeat(100_000)
            + "]".repeat(100_000)
            + "}}\n";
    FrameReader reader =
        new FrameReader(
            new ByteArrayInputStream((deep + new String(PING, UTF_8)).getBytes(UTF_8)),
            WireLimits.DEFAULT);
    Malformed bad = (Malformed) reader.next();
    assertThat(bad.why()).isEqualTo("nested deeper than 512 levels");
    assertThat(bad.id()).isPresent();
    assertThat(reader.next()).isInstanceOf(Received.class);
  }

  @Test
  void manyNamesThatHashAlikeAreRead() throws IOException {
    StringBuilder line = new StringBuilder("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{");
    // "b!" and "a@" have the same hash, and so have all 2^14 words made of 14 of them.
    for (int i = 0; i < 1 << 14; i++) {
      line.append(i > 0 ? "," : "").append('"');
      for (int bit = 0; bit < 14; bit++) {
        line.append((i >> bit & 1) == 0 ? "b!" : "a@");
      }
      line.append("\":0");
    }
    byte[] bytes = line.append("}}\n").toString().getBytes(UTF_8);
    assertThat(FrameReaderTest.read(bytes, WireLimits.DEFAULT).getFirst())
        .isInstanceOf(Received.class);
  }

  @Test
  void nulBytesAndHalfCharactersDoNotEndTheStream() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write('\n');
    bytes.writeBytes(new byte[] {'{', '"', (byte) 0xf0, (byte) 0x9f, '\n'});
    bytes.writeBytes(PING);
    FrameReader reader =
        new FrameReader(new ByteArrayInputStream(bytes.toByteArray()), WireLimits.DEFAULT);
    assertThat(reader.next()).isEqualTo(new Incoming.NotJson(1, false));
    assertThat(((Malformed) reader.next()).why()).isEqualTo("invalid UTF-8");
    assertThat(reader.next()).isInstanceOf(Received.class);
  }
}
