package dev.gatekeeper.remote;

import dev.gatekeeper.kernel.BootClock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Notices that the machine was suspended: the clock of the boot goes on meanwhile, and that of our
 * own time stands still. Connections from before may lead nowhere then, and nobody says so. A clock
 * that somebody sets means nothing here. Thread-safe.
 */
public final class Suspensions {
  /** Between two looks of who waits for a stream: so long after a suspension it is opened anew. */
  private static final Duration LOOK = Duration.ofSeconds(15);

  /** A shorter one breaks no connection. */
  private static final Duration LEAST = Duration.ofSeconds(10);

  private final Supplier<Duration> boot;
  private final Supplier<Duration> own;
  private final Duration look;
  private Duration ahead;
  private int count;

  Suspensions(Supplier<Duration> boot, Supplier<Duration> own, Duration look) {
    this.boot = boot;
    this.own = own;
    this.look = look;
    this.ahead = boot.get().minus(own.get());
  }

  /** Of this machine, from now on. */
  public static Suspensions ofMachine() {
    return new Suspensions(BootClock::now, () -> Duration.ofNanos(System.nanoTime()), LOOK);
  }

  /** How often it was seen to have been suspended. */
  synchronized int count() {
    Duration now = boot.get().minus(own.get());
    if (now.minus(ahead).compareTo(LEAST) > 0) {
      count++;
      ahead = now;
    }
    return count;
  }

  /** How long who waits for a stream waits before it looks again. */
  Duration look() {
    return look;
  }
}
