package dev.gatekeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LockedMemoryTest {
  /** Of a size that nothing else here has, so that its pages are found among all mappings. */
  private static final int KILOBYTES = 1_237;

  private static final int MOST_OF_A_PAGE = 64; // kilobytes

  @Test
  void holdsWhatItTookAndWipesTheOriginal() {
    byte[] source = new byte[5000];
    source[4999] = 7;
    byte[] expected = source.clone();
    try (LockedMemory memory = LockedMemory.taking(source)) {
      assertThat(source).containsOnly(0);
      assertThat(memory.length()).isEqualTo(5000);
      assertThat(memory.unsafeCopy()).isEqualTo(expected);
    }
  }

  @Test
  void itsPagesAreNeitherSwappedOutNorWrittenToACore() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/smaps")), "what Linux tells of mappings");
    try (LockedMemory _ = LockedMemory.taking(new byte[KILOBYTES << 10])) {
      assertThat(isLockedAndLeftOutOfCores()).isTrue();
    }
    assertThat(isLockedAndLeftOutOfCores()).isFalse();
  }

  /** Whether a mapping of this size has the flags {@code lo} and {@code dd} (proc(5)). */
  private static boolean isLockedAndLeftOutOfCores() throws IOException {
    long locked = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      List<String> words = List.of(line.split(" +"));
      if (words.getFirst().equals("Locked:")) {
        locked = Long.parseLong(words.get(1));
      } else if (words.getFirst().equals("VmFlags:")
          && locked >= KILOBYTES
          && locked < KILOBYTES + MOST_OF_A_PAGE
          && words.containsAll(List.of("lo", "dd"))) {
        return true;
      }
    }
    return false;
  }

  @Test
  void mayBeEmpty() {
    try (LockedMemory memory = LockedMemory.taking(new byte[0])) {
      assertThat(memory.unsafeCopy()).isEmpty();
    }
  }

  @Test
  void cannotBeReadOnceClosed() {
    LockedMemory memory = LockedMemory.taking(new byte[] {1});
    memory.close();
    memory.close();
    assertThatThrownBy(memory::unsafeCopy).isInstanceOf(IllegalStateException.class);
  }
}
