package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An {@code argv} or {@code envp}: C strings off heap, to be wiped once the kernel has its copy.
 */
final class StringVector {
  private final MemorySegment bytes;
  private final MemorySegment vector;

  private StringVector(MemorySegment bytes, MemorySegment vector) {
    this.bytes = bytes;
    this.vector = vector;
  }

  static StringVector ofText(Arena arena, List<String> strings) {
    return of(arena, strings.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList());
  }

  static StringVector of(Arena arena, List<byte[]> strings) {
    MemorySegment bytes = arena.allocate(strings.stream().mapToLong(s -> s.length + 1L).sum());
    MemorySegment vector = arena.allocate(JAVA_LONG, strings.size() + 1L);
    // Addresses as numbers, in a vector that ends with a zero, as all memory from an arena does.
    long at = 0;
    for (int i = 0; i < strings.size(); i++) {
      byte[] string = strings.get(i);
      MemorySegment.copy(string, 0, bytes, JAVA_BYTE, at, string.length);
      vector.setAtIndex(JAVA_LONG, i, bytes.address() + at);
      at += string.length + 1L;
    }
    return new StringVector(bytes, vector);
  }

  /** Of the pointers, the last of which is NULL. */
  long address() {
    return vector.address();
  }

  void wipe() {
    bytes.fill((byte) 0);
  }
}
