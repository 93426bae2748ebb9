package dev.gatekeeper.remote;

import dev.gatekeeper.http.Answer;
import dev.gatekeeper.http.HttpFault;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The stream that a server may offer for what it says of its own accord. Opened anew, from the last
 * event on, as often as it ends; a server that has none is left alone.
 */
final class Listening implements AutoCloseable {
  /** Silence after which the stream is opened anew: the network may have changed. */
  private static final Duration MOST_SILENT = Duration.ofMinutes(10);

  /** Attempts to open it before a server that never did is taken for one that has none. */
  private static final int MOST_VAIN = 4;

  private final Conversation conversation;
  private final Peer peer;
  private final Slot slot = new Slot();
  private boolean worked;

  Listening(Conversation conversation, Peer peer) {
    this.conversation = conversation;
    this.peer = peer;
  }

  /** The body of the thread. */
  void run() {
    Cursor cursor = new Cursor();
    boolean goesOn = true;
    while (goesOn && !slot.isClosed()) {
      int sleeps = peer.sleeps();
      try (Answer answer =
          peer.ask(Peer.stream(peer.address(), cursor.last()), peer.stream(), slot)) {
        goesOn = opened(answer, cursor, sleeps);
      } catch (Unanswered e) {
        goesOn = worked || cursor.vain() < MOST_VAIN;
      }
      goesOn = goesOn && slot.pause(cursor.pause());
    }
  }

  /** Whether it is worth another attempt. */
  private boolean opened(Answer answer, Cursor cursor, int sleeps) {
    int status = answer.status();
    if (status < 300 && answer.mediaType().equals("text/event-stream")) {
      worked = true;
      read(answer, cursor, sleeps);
      return true;
    }
    if (status == 404 && worked && peer.hasSession()) {
      conversation.sessionLost();
      return false;
    }
    if (status == 400 && cursor.last().isPresent()) {
      cursor.restart(); // it no longer knows the event, and still may have a stream
      return true;
    }
    boolean later = status == 409 || status == 429 || status >= 500;
    return later && (worked || cursor.vain() < MOST_VAIN);
  }

  private void read(Answer answer, Cursor cursor, int sleeps) {
    EventStream events = new EventStream(answer.body(), peer.limits(), cursor);
    Duration silent = Duration.ZERO;
    while (true) {
      try {
        Optional<EventStream.Event> event = events.next();
        if (event.isEmpty()) {
          return;
        }
        silent = Duration.ZERO;
        cursor.alive();
        event.get().message().ifPresent(conversation::receivedElsewhere);
      } catch (HttpFault e) {
        silent = silent.plus(peer.stream().silence());
        boolean waits = e.reach() == HttpFault.Reach.SILENT && peer.sleeps() == sleeps;
        if (!waits || silent.compareTo(MOST_SILENT) >= 0) {
          return;
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    slot.close();
  }
}
