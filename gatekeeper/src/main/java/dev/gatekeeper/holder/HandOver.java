package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Ed25519;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What the process that knows the passphrase gives to the one that holds the key: the vault key,
 * the key for answers, when to end, and where to listen. Over their common socket, once.
 */
final class HandOver {
  static final int MAX_BYTES = 32 + Ed25519.KEY_BYTES + 3 * Long.BYTES + SocketPlace.MAX_BYTES;

  private final byte[] vaultKey;
  private final byte[] seed;
  private final Instant until;
  private final Duration bootUntil;
  private final Path socket;

  private HandOver(byte[] vaultKey, byte[] seed, Instant until, Duration bootUntil, Path socket) {
    this.vaultKey = vaultKey;
    this.seed = seed;
    this.until = until;
    this.bootUntil = bootUntil;
    this.socket = socket;
  }

  /** Shows the bytes to {@code use}, and wipes them. */
  static void print(byte[] vaultKey, byte[] seed, Term term, Path socket, Consumer<byte[]> use) {
    ByteBuffer all =
        ByteBuffer.allocate(MAX_BYTES)
            .put(vaultKey)
            .put(seed)
            .putLong(term.until().toEpochMilli())
            .putLong(term.bootUntil().toNanos())
            .put(socket.toString().getBytes(UTF_8));
    byte[] bytes = Arrays.copyOf(all.array(), all.position());
    try {
      use.accept(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(all.array(), (byte) 0);
    }
  }

  /** What came; the array is wiped. */
  static HandOver parse(byte[] wiped, int length) throws IOException {
    try {
      ByteBuffer all = ByteBuffer.wrap(wiped, 0, length);
      byte[] vaultKey = new byte[32];
      byte[] seed = new byte[Ed25519.KEY_BYTES];
      Instant until = Instant.ofEpochMilli(all.get(vaultKey).get(seed).getLong());
      Duration bootUntil = Duration.ofNanos(all.getLong());
      Path socket = Path.of(UTF_8.newDecoder().decode(all).toString());
      return new HandOver(vaultKey, seed, until, bootUntil, socket);
    } catch (java.nio.BufferUnderflowException | DateTimeException | CharacterCodingException e) {
      throw new IOException("nothing was handed over");
    } finally {
      Arrays.fill(wiped, (byte) 0);
    }
  }

  /** The array itself, to be wiped. */
  byte[] vaultKey() {
    return vaultKey;
  }

  /** The array itself, to be wiped. */
  byte[] seed() {
    return seed;
  }

  Instant until() {
    return until;
  }

  Duration bootUntil() {
    return bootUntil;
  }

  Path socket() {
    return socket;
  }
}
