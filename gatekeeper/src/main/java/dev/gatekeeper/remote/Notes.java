package dev.gatekeeper.remote;

import dev.gatekeeper.http.Answer;
import dev.gatekeeper.http.Bounds;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.wire.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Messages that want no answer: notifications, and our answers to what the server asks. One after
 * the other, each accepted before the next one goes, apart from requests, so that none of these is
 * held up by a call that takes long.
 */
final class Notes implements AutoCloseable {
  private static final int MOST = 4_096;
  private static final long MOST_BYTES = 128L << 20;

  /** One that a server does not accept by then is given up, for those behind it. */
  private static final Bounds NOTE = new Bounds(Duration.ofSeconds(20), Duration.ofSeconds(10));

  private static final class Note {
    final byte[] frame;
    final Message message;

    Note(byte[] frame, Message message) {
      this.frame = frame;
      this.message = message;
    }
  }

  private final Conversation conversation;
  private final Peer peer;
  private final Deque<Note> waiting = new ArrayDeque<>();
  private final Slot slot = new Slot();
  private long bytes;
  private boolean closed;

  Notes(Conversation conversation, Peer peer) {
    this.conversation = conversation;
    this.peer = peer;
  }

  /** False where too much waits, or the end has begun. */
  synchronized boolean add(byte[] frame, Message message, boolean ahead) {
    if (closed || waiting.size() >= MOST || bytes + frame.length > MOST_BYTES) {
      return false;
    }
    Note note = new Note(frame, message);
    if (ahead) {
      waiting.addFirst(note);
    } else {
      waiting.addLast(note);
    }
    bytes += frame.length;
    notifyAll();
    return true;
  }

  /** The body of the thread. */
  void run() {
    try {
      for (Optional<Note> next = take(); next.isPresent(); next = take()) {
        send(next.get());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a writer", e);
    }
  }

  private synchronized Optional<Note> take() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return Optional.empty();
    }
    Note note = waiting.removeFirst();
    bytes -= note.frame.length;
    return Optional.of(note);
  }

  private void send(Note note) {
    try (Answer answer = peer.ask(Peer.message(conversation.target(), note.frame), NOTE, slot)) {
      if (answer.status() == 404 && peer.hasSession()) {
        conversation.sessionLost();
      } else if (answer.status() >= 400) {
        conversation
            .delivery()
            .remark("note", "refused " + name(note) + " (HTTP " + answer.status() + ")");
      }
    } catch (Unanswered e) {
      if (!slot.isClosed()) {
        conversation.delivery().remark("note", "did not get " + name(note) + ": " + e.getMessage());
      }
    } finally {
      sent(note.message);
    }
  }

  private static String name(Note note) {
    return note.message instanceof Message.Notification notification
        ? notification.method()
        : "our answer to a request of its own";
  }

  /** What follows a message that was sent, or could not be. */
  private void sent(Message message) {
    if (message instanceof Message.Notification notification) {
      switch (notification.method()) {
        case "notifications/initialized" -> conversation.opened();
        case "notifications/cancelled" -> cancelled(notification).ifPresent(conversation::forget);
        default -> {} // nothing hangs on it
      }
    }
  }

  private static Optional<byte[]> cancelled(Message.Notification notification) {
    try {
      Optional<Slice> params = notification.params();
      return params.isEmpty()
          ? Optional.empty()
          : params.get().members().get("requestId").map(Slice::toBytes);
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      waiting.clear();
      notifyAll();
    }
    slot.close();
  }
}
