package dev.gatekeeper.kernel;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Passes on to the foreground child what asks us to end: TERM and HUP, each as itself, from before
 * the child runs until {@link #close}; and INT where no terminal sends it to the child as well, see
 * {@link KeyboardSignals}. Meanwhile none of them ends us; what is ignored, as under nohup, stays
 * ignored. Only for a process that waits for one child.
 *
 * <p>{@code sun.misc.Signal} by name: it is the one way to share a signal with the virtual machine,
 * and javac warns of it in a way that nothing suppresses.
 */
public final class PassedSignals implements AutoCloseable {
  private static final List<Signal> PASSED = List.of(Signal.TERM, Signal.HUP);

  private static final List<Signal> ALL = List.of(Signal.TERM, Signal.HUP, Signal.INT);

  private final Map<Signal, Object> before = new EnumMap<>(Signal.class);
  private final List<Signal> early = new ArrayList<>();
  private long child;
  private boolean over;

  private PassedSignals() {}

  /**
   * From now until {@link #close}; those that come before {@link #to} are kept for it.
   *
   * @param interrupts whether INT is passed on, too
   */
  public static PassedSignals hold(boolean interrupts) {
    PassedSignals signals = new PassedSignals();
    for (Signal signal : interrupts ? ALL : PASSED) {
      try {
        Class<?> type = Class.forName("sun.misc.SignalHandler");
        Object handler =
            Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> {
                  signals.arrived(signal);
                  return null;
                });
        signals.before.put(signal, handle(signal, handler));
      } catch (ReflectiveOperationException e) {
        // The virtual machine was told to leave signals alone: this one ends us at once.
      }
    }
    return signals;
  }

  /** Whom they are passed on to. */
  public synchronized void to(long pid) {
    child = pid;
    early.forEach(signal -> signal.to(pid));
    early.clear();
  }

  private synchronized void arrived(Signal signal) {
    if (child == 0) {
      early.add(signal);
    } else if (!over) {
      boolean _ = signal.to(child);
    }
  }

  private static Object handle(Signal signal, Object handler) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    Object name = type.getConstructor(String.class).newInstance(signal.name());
    return type.getMethod("handle", type, handlers).invoke(null, name, handler);
  }

  /** Handles them as before. */
  @Override
  public void close() {
    synchronized (this) {
      over = true;
    }
    before.forEach(
        (signal, handler) -> {
          try {
            handle(signal, handler);
          } catch (ReflectiveOperationException e) {
            throw new LinkageError("what was set can be set again", e);
          }
        });
  }
}
