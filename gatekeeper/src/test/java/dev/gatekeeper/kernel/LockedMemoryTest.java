package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class LockedMemoryTest {
  @Test
  void startsZeroedAndHoldsWhatIsWritten() {
    try (LockedMemory memory = LockedMemory.allocate(5000)) {
      assertThat(memory.segment().byteSize()).isEqualTo(5000);
      assertThat(memory.segment().toArray(JAVA_BYTE)).containsOnly(0);
      memory.segment().set(JAVA_BYTE, 4999, (byte) 7);
      assertThat(memory.segment().get(JAVA_BYTE, 4999)).isEqualTo((byte) 7);
    }
  }

  @Test
  void mayBeEmpty() {
    try (LockedMemory memory = LockedMemory.allocate(0)) {
      assertThat(memory.segment().byteSize()).isZero();
    }
  }

  @Test
  void cannotBeReadOnceClosed() {
    LockedMemory memory = LockedMemory.allocate(1);
    MemorySegment segment = memory.segment();
    memory.close();
    memory.close();
    assertThatThrownBy(() -> segment.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
  }
}
