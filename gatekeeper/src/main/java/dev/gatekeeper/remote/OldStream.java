package dev.gatekeeper.remote;

import dev.gatekeeper.downstream.DownstreamListener.Loss;
import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.Answer;
import dev.gatekeeper.http.HttpFault;
import java.io.IOException;
import java.util.Optional;

/**
 * HTTP with SSE as of 2024-11-05: one stream in which everything comes, and the address for what
 * goes, which the stream names first. It cannot be resumed: its end is the end of the conversation.
 */
final class OldStream implements AutoCloseable {
  private final Conversation conversation;
  private final Peer peer;
  private final Slot slot = new Slot();
  private final Answer answer;
  private final EventStream events;
  private final Address endpoint;
  private final int sleeps;

  /**
   * Opens the stream and waits for the address.
   *
   * @throws Unanswered where the server does not speak that revision either
   */
  OldStream(Conversation conversation, Peer peer) throws Unanswered {
    this.conversation = conversation;
    this.peer = peer;
    this.sleeps = peer.sleeps();
    this.answer = peer.ask(Peer.stream(peer.address(), Optional.empty()), peer.stream(), slot);
    this.events = new EventStream(answer.body(), peer.limits(), new Cursor());
    boolean found = false;
    try {
      if (answer.status() >= 300 || !answer.mediaType().equals("text/event-stream")) {
        throw new Unanswered(Loss.WITHOUT_EFFECT, "has no stream (HTTP " + answer.status() + ")");
      }
      this.endpoint = endpoint();
      found = true;
    } finally {
      if (!found) {
        answer.close();
      }
    }
  }

  private Address endpoint() throws Unanswered {
    try {
      Optional<EventStream.Event> event = events.next();
      if (event.isEmpty() || !event.get().type().equals("endpoint")) {
        throw new Unanswered(Loss.WITHOUT_EFFECT, "has a stream that names no endpoint");
      }
      Address named = peer.address().resolve(event.get().text());
      if (!named.hasOriginOf(peer.address())) {
        throw new Unanswered(
            Loss.WITHOUT_EFFECT, "names an endpoint of another origin, which gets nothing");
      }
      return named;
    } catch (HttpFault e) {
      throw new Unanswered(Loss.WITHOUT_EFFECT, "has a stream that " + e.getMessage());
    } catch (IOException e) {
      throw new Unanswered(Loss.WITHOUT_EFFECT, "broke off its stream");
    }
  }

  /** Where messages go. */
  Address target() {
    return endpoint;
  }

  /** The body of the thread. */
  void run() {
    try (answer) {
      while (true) {
        try {
          Optional<EventStream.Event> event = events.next();
          if (event.isEmpty()) {
            break;
          }
          event.get().message().ifPresent(conversation::receivedElsewhere);
        } catch (HttpFault e) {
          if (e.reach() != HttpFault.Reach.SILENT || peer.sleeps() != sleeps) {
            break;
          }
        } catch (IOException e) {
          break;
        }
      }
    }
    conversation.streamEnded();
  }

  @Override
  public void close() {
    slot.close();
    answer.close();
  }
}
