package dev.gatekeeper.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OctetsTest {
  private static final byte[] SOME = {'a', '\\', 0x5d, (byte) 0xdc, 0, (byte) 0x80, (byte) 0xff};

  /** Against one byte at a time: every place in a word, and bytes that differ in one bit. */
  @Test
  void copiesUpToAByteAndNotBeyondItsRoom() {
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = random.nextInt(8) == 0 ? SOME[random.nextInt(SOME.length)] : (byte) 'b';
      }
      int from = random.nextInt(bytes.length + 1);
      int stop = from;
      while (stop < bytes.length && bytes[stop] != '\\') {
        stop++;
      }
      int at = random.nextInt(5);
      byte[] out = new byte[at + bytes.length - from];
      assertThat(Octets.copy(bytes, from, bytes.length, '\\', out, at)).isEqualTo(stop - from);
      assertThat(Arrays.equals(out, at, at + stop - from, bytes, from, stop)).isTrue();
      assertThat(Octets.either(bytes, from, bytes.length, '\\', '\\')).isEqualTo(stop);
    }
  }
}
