package dev.gatekeeper.vault.key;

import dev.gatekeeper.kernel.LockedMemory;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The value of a secret, off heap, wiped at {@link #close}. Without {@code toString}, and equal to
 * nothing but itself.
 */
public final class SecretValue implements AutoCloseable {
  private final LockedMemory bytes;

  private SecretValue(LockedMemory bytes) {
    this.bytes = bytes;
  }

  /** Takes {@code value} over: it is wiped. */
  public static SecretValue taking(byte[] value) {
    return new SecretValue(LockedMemory.taking(value));
  }

  /** Length in bytes. */
  public int length() {
    return bytes.length();
  }

  /**
   * Shows the value to {@code use}. The array is wiped when {@code use} returns; who keeps a copy
   * answers for it.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public void revealTo(Consumer<byte[]> use) {
    byte[] copy = bytes.unsafeCopy();
    try {
      use.accept(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  @Override
  public void close() {
    bytes.close();
  }
}
