package dev.gatekeeper.kernel;

import java.io.IOException;

/** The kernel refused a call. Names the call and the error number, never an argument's content. */
public final class KernelException extends IOException {
  private static final long serialVersionUID = 1;

  /** No such file or directory. */
  public static final int ENOENT = 2;

  /** Argument list too long. */
  public static final int E2BIG = 7;

  /** Exec format error. */
  public static final int ENOEXEC = 8;

  /** Out of memory. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** Too many open files in the system, and in this process. */
  public static final int ENFILE = 23;

  /** Too many open files in this process. */
  public static final int EMFILE = 24;

  /** The file is being written to. */
  public static final int ETXTBSY = 26;

  static final int EINTR = 4;
  static final int ECHILD = 10;
  static final int EPIPE = 32;

  private final int errno;

  KernelException(String call, int errno) {
    super(call + ": " + text(errno));
    this.errno = errno;
  }

  /** The error number, as the constants here have it; they are the same on Linux and macOS. */
  public int errno() {
    return errno;
  }

  private static String text(int errno) {
    return switch (errno) {
      case ENOENT -> "no such file or directory";
      case E2BIG -> "argument list too long";
      case ENOEXEC -> "not a program for this machine";
      case ENOMEM -> "out of memory";
      case EACCES -> "permission denied";
      case ENFILE, EMFILE -> "too many open files";
      case ETXTBSY -> "the file is being written to";
      case EPIPE -> "broken pipe";
      default -> "error " + errno;
    };
  }
}
