package dev.gatekeeper.remote;

import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.DownstreamListener.Loss;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.wire.Incoming;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the listener is told, by one thread at a time though many read: the messages of one stream
 * in their order, and nothing after the end.
 */
final class Delivery {
  private final DownstreamListener listener;
  private final ReentrantLock telling = new ReentrantLock();
  private final Set<String> remarks = new HashSet<>();
  private boolean over;

  Delivery(DownstreamListener listener) {
    this.listener = listener;
  }

  /** What came, as it is under the revision in force. */
  List<Incoming> apart(Incoming incoming) {
    return incoming.under(listener.revision());
  }

  /** A message; what is none is set aside, and said once. */
  void received(Incoming incoming) {
    if (incoming instanceof Incoming.NotJson stray) {
      remark(
          "no message",
          "sent %d bytes that are no JSON-RPC message; such are set aside"
              .formatted(stray.length()));
      return;
    }
    tell(() -> listener.received(incoming));
  }

  void unanswered(byte[] id, Loss loss, String text) {
    tell(() -> listener.unanswered(id, loss, text));
  }

  /** Something for our log, once for each kind of thing. */
  void remark(String kind, String text) {
    tell(
        () -> {
          if (remarks.add(kind)) {
            listener.log(text.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  void named(String session) {
    tell(() -> listener.named(session));
  }

  void ending(String why) {
    tell(() -> listener.ending(why));
  }

  void ended(Ended how) {
    telling.lock();
    try {
      if (!over) {
        over = true;
        listener.ended(how);
      }
    } finally {
      telling.unlock();
    }
  }

  private void tell(Runnable what) {
    telling.lock();
    try {
      if (!over) {
        what.run();
      }
    } finally {
      telling.unlock();
    }
  }

  /** Whether this thread is the one that is telling. */
  boolean isTelling() {
    return telling.isHeldByCurrentThread();
  }
}
