package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** {@code fsync(2)} of a directory by its error number, of which Java gives the words alone. */
public final class DirectorySync {
  private static final int EINVAL = 22;

  private DirectorySync() {}

  /**
   * Whether the file system says that it has no such operation (EINVAL, ENOTSUP, ENOSYS), as some
   * on the network and some in user space do. Any other failure, and success, is a no.
   */
  public static boolean isUnknown(Path directory) {
    // O_RDONLY with O_CLOEXEC; then ENOTSUP and ENOSYS
    int[] numbers =
        switch (Platform.CURRENT) {
          case LINUX -> new int[] {0x8_0000, 95, 38};
          case MACOS -> new int[] {0x100_0000, 45, 78};
        };
    byte[] path = (directory.toAbsolutePath() + "\0").getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(JAVA_BYTE, path);
      int descriptor = Libc.callInt(Libc.require("open"), name.address(), numbers[0]);
      if (descriptor < 0) {
        return false;
      }
      int failed = -Libc.callInt(Libc.require("fsync"), descriptor);
      Pipe.close(descriptor);
      return failed == EINVAL || failed == numbers[1] || failed == numbers[2];
    }
  }
}
