package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.seal.Ed25519;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent's own shell can do with the socket: it is of the same user. */
final class HolderAttackTest {
  private static final long OURS = ProcessHandle.current().pid();

  @TempDir Path folder;
  private HolderFixture fixture;
  private HolderClient holder;
  private Path socket;

  @BeforeEach
  void start() throws Exception {
    fixture = new HolderFixture(folder);
    holder = fixture.start(Duration.ofHours(1));
    String announced = Files.readString(fixture.home().resolve("holder"));
    socket = Path.of(announced.replaceAll("(?s).*\nsocket (.*?)\n.*", "$1"));
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    return channel;
  }

  private void works() throws Exception {
    assertThat(fixture.value(holder, "weather", "weather/token")).isEqualTo(HolderFixture.TOKEN);
  }

  @Test
  void connectionsThatSayNothingKeepNobodyWaiting() throws Exception {
    List<SocketChannel> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        silent.add(connect());
      }
      long begin = System.nanoTime();
      works();
      works();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    } finally {
      for (SocketChannel one : silent) {
        one.close();
      }
    }
  }

  @Test
  void connectionsThatTrickleKeepNobodyWaiting() throws Exception {
    List<SocketChannel> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        SocketChannel one = connect();
        slow.add(one);
        write(one, new byte[] {0, 0, 0});
      }
      works();
    } finally {
      for (SocketChannel one : slow) {
        one.close();
      }
    }
  }

  private static boolean write(SocketChannel channel, byte[] bytes) {
    try {
      return channel.write(ByteBuffer.wrap(bytes)) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatIsNoQuestionIsHungUpOn() throws Exception {
    Random random = new Random(4711);
    List<byte[]> frames =
        new ArrayList<>(
            List.of(
                ByteBuffer.allocate(4).putInt(0).array(),
                ByteBuffer.allocate(4).putInt(-1).array(),
                ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array(),
                ByteBuffer.allocate(5).putInt(1).array(),
                "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8)));
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[1 + random.nextInt(300)];
      random.nextBytes(noise);
      frames.add(ByteBuffer.allocate(4 + noise.length).putInt(noise.length).put(noise).array());
    }
    byte[] question =
        new Question.Reveal("/", "weather", "weather/token", 7, List.of(1L)).print(new byte[32]);
    for (int i = 0; i < question.length; i++) {
      byte[] cut = Arrays.copyOf(question, i);
      frames.add(ByteBuffer.allocate(4 + i).putInt(i).put(cut).array());
    }
    for (byte[] frame : frames) {
      try (SocketChannel channel = connect()) {
        write(channel, frame);
        channel.shutdownOutput();
        ByteBuffer answer = ByteBuffer.allocate(1_000);
        try {
          channel.read(answer);
        } catch (IOException e) {
          continue; // it was hung up on before it had said all
        }
        assertThat(new String(answer.array(), UTF_8)).doesNotContain("made-up");
      }
    }
    works();
  }

  /** A word more, or a bit flipped, is no question any more, or one that gets no value. */
  @Test
  void aFlippedBitOfAQuestionGivesNoValue() throws Exception {
    byte[] nonce = new byte[Question.NONCE_BYTES];
    byte[] key = key();
    int length = question(1).print(nonce).length;
    for (int i = 0; i < length; i++) {
      if (i >= 1 && i < 1 + Question.NONCE_BYTES) {
        continue; // any nonce will do
      }
      long grant = fixture.grant("weather", "weather/token");
      byte[] flipped = question(grant).print(nonce); // which itself would get the value
      flipped[i] ^= 1;
      Optional<byte[]> frame = exchange(flipped);
      if (frame.isPresent()) {
        Answer answer = Answer.parse(frame.get(), flipped, key);
        assertThat(answer.text()).as("byte " + i).doesNotContain(HolderFixture.TOKEN);
      }
      fixture.revoke(grant);
    }
  }

  private Question.Reveal question(long grant) {
    return new Question.Reveal(
        fixture.project().toString(), "weather", "weather/token", OURS, List.of(grant));
  }

  private byte[] key() throws IOException {
    String announced = Files.readString(fixture.home().resolve("holder"));
    return dev.gatekeeper.vault.text.Base64Url.parse(
        announced.replaceAll("(?s).*\nkey (.*?)\n.*", "$1"));
  }

  private Optional<byte[]> exchange(byte[] question) throws IOException {
    try (SocketChannel channel = connect()) {
      Frame.write(channel, question.clone());
      return Optional.of(Frame.read(channel));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Test
  void anAnswerIsToOneQuestionAlone() throws Exception {
    byte[] key = key();
    Question.Reveal reveal = question(fixture.grant("weather", "weather/token"));
    byte[] first = reveal.print(new byte[Question.NONCE_BYTES]);
    byte[] recorded = exchange(first).orElseThrow();
    assertThat(Answer.parse(recorded.clone(), first, key).text()).isEqualTo(HolderFixture.TOKEN);

    byte[] other = new byte[Question.NONCE_BYTES];
    other[0] = 1;
    byte[] second = reveal.print(other);
    assertThatThrownBy(() -> Answer.parse(recorded.clone(), second, key))
        .isInstanceOf(HolderException.class);
    for (int i = 0; i < recorded.length; i++) {
      byte[] altered = recorded.clone();
      altered[i] ^= 1;
      assertThatThrownBy(() -> Answer.parse(altered, first, key))
          .as("byte " + i)
          .isInstanceOf(HolderException.class);
    }
    assertThatThrownBy(() -> Answer.parse(new byte[Ed25519.SIGNATURE_BYTES], first, key))
        .isInstanceOf(HolderException.class);
  }

  @Test
  void aDirectoryThatOthersCanEnterIsNotTrusted() throws Exception {
    Files.setPosixFilePermissions(
        socket.getParent(), java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(holder.isThere()).isFalse();
  }
}
