package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The C library's functions, as numbers in and a number out.
 *
 * <p>Every call goes through one method handle of one shape: six 64-bit words in, one out. The
 * linker makes classes for each shape that it meets, 5 to 8 ms of processor time each, with or
 * without an archive (the first 25 and 65), and an agent waits for us. The shape fits every
 * function here: in the calling conventions of x86-64 and AArch64 the first six words travel in
 * registers, a function reads the lower half of the ones that it declares as int, and does not look
 * at the ones that it does not declare. Two consequences: a result declared as int has no defined
 * upper half, hence {@link #callInt}; and a variadic function (fcntl) fits on Linux only, because
 * macOS on AArch64 passes variadic arguments on the stack, hence {@link #fcntl}.
 */
@SuppressWarnings("restricted")
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      CAPTURED.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CALL =
      LINKER.downcallHandle(SHAPE, Linker.Option.captureCallState("errno"));

  /** One a thread, so that errno cannot be mixed up; a thread that ends leaves it to the GC. */
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

  private Libc() {}

  /** The function's address, or nothing where this C library does not have it. */
  static Optional<MemorySegment> find(String name) {
    return LINKER.defaultLookup().find(name);
  }

  /** The address of a function that every supported C library has. */
  static MemorySegment require(String name) {
    return find(name).orElseThrow(() -> new AssertionError("libc has no " + name));
  }

  /** Calls a function that returns a 64-bit number; -1 becomes the negative errno. */
  static long call(MemorySegment function, long... words) {
    long result = invoke(function, words);
    return result == -1 ? -errno() : result;
  }

  /** Calls a function that returns an int; -1 becomes the negative errno. */
  static int callInt(MemorySegment function, long... words) {
    int result = (int) invoke(function, words);
    return result == -1 ? -errno() : result;
  }

  private static int errno() {
    return STATE.get().get(JAVA_INT, ERRNO);
  }

  private static long invoke(MemorySegment function, long[] w) {
    try {
      return (long)
          CALL.invokeExact(
              function, STATE.get(), at(w, 0), at(w, 1), at(w, 2), at(w, 3), at(w, 4), at(w, 5));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static long at(long[] words, int index) {
    return index < words.length ? words[index] : 0;
  }

  /** {@code fcntl(2)} with an int argument; negative errno on failure. */
  static int fcntl(int descriptor, int command, int argument) {
    if (Platform.CURRENT == Platform.LINUX) {
      return callInt(Functions.FCNTL, descriptor, command, argument);
    }
    try {
      int result = (int) Variadic.FCNTL.invokeExact(STATE.get(), descriptor, command, argument);
      return result == -1 ? -errno() : result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static final class Functions {
    static final MemorySegment FCNTL = require("fcntl");
  }

  private static final class Variadic {
    static final MethodHandle FCNTL =
        LINKER.downcallHandle(
            require("fcntl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2),
            Linker.Option.captureCallState("errno"));
  }
}
