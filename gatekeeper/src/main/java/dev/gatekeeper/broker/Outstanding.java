package dev.gatekeeper.broker;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.KillSwitch;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The launches of this session that hold values, and the switch that ends them: {@code vault close}
 * in any terminal. It is looked at twice a second while something is out, and at each launch.
 */
final class Outstanding implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;

  private final KillSwitch killSwitch;
  private final Runnable forget;
  private final Set<Launch> launches = Collections.newSetFromMap(new IdentityHashMap<>());
  private KillSwitch.State seen;
  private boolean watching;
  private boolean closed;

  /**
   * @param forget wipes what this session itself has open
   */
  Outstanding(Home home, Runnable forget) {
    this.killSwitch = KillSwitch.in(home);
    this.forget = forget;
    this.seen = killSwitch.state();
  }

  /**
   * Before a launch gets its first value.
   *
   * @param first what is needed, for the message
   * @throws BrokerException while the vault is closed
   */
  void admit(String first) throws BrokerException {
    look();
    if (isShut()) {
      throw new BrokerException(
          first + " is needed, and the vault was closed.", "gatekeeper vault open");
    }
  }

  private synchronized boolean isShut() {
    return seen.closed();
  }

  /**
   * A launch that has values now.
   *
   * @throws BrokerException where the vault was closed meanwhile: then the launch is closed, too
   */
  Launch add(Launch launch, String first) throws BrokerException {
    synchronized (this) {
      launches.add(launch);
      if (!watching) {
        watching = true;
        Thread.ofPlatform().daemon().name("gatekeeper-switch").start(this::watch);
      }
    }
    launch.whenClosed(() -> remove(launch));
    try {
      admit(first);
      return launch;
    } catch (BrokerException e) {
      launch.close();
      throw e;
    }
  }

  private synchronized void remove(Launch launch) {
    launches.remove(launch);
  }

  private void watch() {
    while (!isClosed()) {
      try {
        TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      look();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void look() {
    List<Launch> ended;
    synchronized (this) {
      KillSwitch.State now = killSwitch.state();
      if (!now.endsWhatWasGivenAt(seen)) {
        seen = now;
        return;
      }
      seen = now;
      ended = List.copyOf(launches);
    }
    forget.run();
    ended.forEach(Launch::revoke);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
