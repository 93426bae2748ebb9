package dev.gatekeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class LockedMemoryTest {
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
