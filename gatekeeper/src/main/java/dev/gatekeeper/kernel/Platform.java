package dev.gatekeeper.kernel;

import java.util.Locale;

/**
 * Numbers in which the kernels differ. Linux: the same for glibc and musl on x86-64 and AArch64.
 * macOS: from its SDK's headers; written, but not yet run.
 */
enum Platform {
  LINUX(0x80, 0, 0x0100_0000, 16, 24, 0x800, 4),
  MACOS(0x400, 0x4000, 0x20, 12, 20, 0x4, 4);

  /** The one that we run on. */
  static final Platform CURRENT = current();

  /** {@code POSIX_SPAWN_SETSID}. */
  final int spawnSetSid;

  /** {@code POSIX_SPAWN_CLOEXEC_DEFAULT}, where there is one: only named descriptors survive. */
  final int spawnCloseByDefault;

  /** {@code WNOWAIT} of waitid(2). */
  final int waitNoReap;

  /** Offset of {@code si_pid} in siginfo_t. */
  final int infoPid;

  /** Offset of {@code si_status} in siginfo_t. */
  final int infoStatus;

  /** {@code O_NONBLOCK}. */
  final int nonBlocking;

  /** {@code RLIMIT_CORE}. */
  final int limitCore;

  Platform(
      int spawnSetSid,
      int spawnCloseByDefault,
      int waitNoReap,
      int infoPid,
      int infoStatus,
      int nonBlocking,
      int limitCore) {
    this.spawnSetSid = spawnSetSid;
    this.spawnCloseByDefault = spawnCloseByDefault;
    this.waitNoReap = waitNoReap;
    this.infoPid = infoPid;
    this.infoStatus = infoStatus;
    this.nonBlocking = nonBlocking;
    this.limitCore = limitCore;
  }

  private static Platform current() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("linux")) {
      return LINUX;
    }
    if (os.contains("mac")) {
      return MACOS;
    }
    throw new UnsupportedOperationException("gatekeeper runs on Linux and macOS, not on " + os);
  }
}
