package dev.gatekeeper.remote;

import dev.gatekeeper.downstream.DownstreamListener.Loss;
import dev.gatekeeper.http.Answer;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.wire.Gathering;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.Message;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One request of ours on its way: the POST that carries it, and its answer, as one document or in a
 * stream that may break off and be read on elsewhere.
 */
final class Posting implements Runnable, AutoCloseable {
  /** Attempts to read on, in a row, that brought nothing: some two minutes. */
  private static final int MOST_VAIN = 8;

  /** Of a body that comes with an error. */
  private static final int ERROR_BYTES = 64 << 10;

  /** For the end of a stream behind its answer: then its connection is used again. */
  private static final Duration REST = Duration.ofSeconds(1);

  private static final int CHUNK = 16 << 10;
  private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9.+/-]{1,64}");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,5}");

  private final Conversation conversation;
  private final Peer peer;
  private final Message.Request request;
  private final byte[] frame;
  private final byte[] id;
  private final boolean first;
  private final Slot slot = new Slot();

  Posting(Conversation conversation, Peer peer, byte[] frame, Message.Request request) {
    this.conversation = conversation;
    this.peer = peer;
    this.frame = frame;
    this.request = request;
    this.id = request.id().toBytes();
    this.first = request.method().equals("initialize");
  }

  byte[] frame() {
    return frame;
  }

  byte[] id() {
    return id;
  }

  boolean isFirst() {
    return first;
  }

  @Override
  public void run() {
    try {
      send();
    } catch (Unanswered e) {
      if (e.loss() != Loss.SESSION && !slot.isClosed()) {
        conversation.delivery().unanswered(id, e.loss(), e.getMessage());
      }
    } finally {
      conversation.done(this);
    }
  }

  private void send() throws Unanswered {
    int sleeps = peer.sleeps();
    try (Answer answer = peer.ask(Peer.message(conversation.target(), frame), peer.call(), slot)) {
      int status = answer.status();
      if (status >= 400) {
        refused(answer);
      } else if (!conversation.answersHere()) {
        return; // the answer comes in the stream
      } else {
        if (first) {
          peer.begun(answer).ifPresent(conversation.delivery()::named);
        }
        switch (answer.mediaType()) {
          case "application/json" -> document(answer);
          case "text/event-stream" -> stream(answer, sleeps);
          default ->
              throw new Unanswered(
                  Loss.UNKNOWN, "gave no answer (HTTP " + status + type(answer) + ")");
        }
      }
    }
  }

  private static String type(Answer answer) {
    String type = answer.mediaType();
    return MEDIA_TYPE.matcher(type).matches() ? ", " + type : "";
  }

  private void refused(Answer answer) throws Unanswered {
    int status = answer.status();
    if (!first && peer.hasSession() && status == 404) {
      throw conversation.sessionLost(id);
    }
    Optional<Incoming> said = answerIn(answer);
    // Some say so of a session that they do not know, even as an error that answers the request.
    if (!first && status == 400 && peer.hasSession() && !conversation.isKnown(slot)) {
      throw conversation.sessionLost(id);
    }
    if (said.isPresent() && tell(said.get())) {
      return;
    }
    if (first && (status == 400 || status == 404 || status == 405)) {
      conversation.fallBack(this, status);
      return;
    }
    String later =
        answer
            .header("retry-after")
            .filter(seconds -> SECONDS.matcher(seconds).matches())
            .map(seconds -> "; it may be asked again in " + seconds + " s")
            .orElse("");
    throw status >= 500
        ? new Unanswered(Loss.UNKNOWN, "failed (HTTP " + status + ")" + later)
        : new Unanswered(Loss.WITHOUT_EFFECT, "refuses it (HTTP " + status + ")" + later);
  }

  /** Our answer, where an error has it as its body. */
  private Optional<Incoming> answerIn(Answer answer) {
    if (!answer.mediaType().equals("application/json")) {
      return Optional.empty();
    }
    try {
      byte[] body = answer.document(ERROR_BYTES);
      Gathering gathering = new Gathering(peer.limits());
      gathering.add(body, 0, body.length);
      Incoming incoming = gathering.take();
      return Optional.of(incoming)
          .filter(given -> given instanceof Incoming.Received && isOurs(given));
    } catch (HttpFault e) {
      return Optional.empty();
    }
  }

  private void document(Answer answer) throws Unanswered {
    Gathering gathering = new Gathering(peer.limits());
    long most = 4L * peer.limits().messageBytes() + ERROR_BYTES;
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream body = answer.body();
      for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
        gathering.add(chunk, 0, read);
        if (gathering.bytes() > most) {
          throw new Unanswered(Loss.UNKNOWN, "answers with more than " + most + " bytes");
        }
      }
    } catch (IOException e) {
      throw new Unanswered(Loss.UNKNOWN, said(e));
    }
    List<Incoming> said = conversation.delivery().apart(gathering.take());
    if (!tell(said.size() == 1 ? List.of(named(said.getFirst())) : said)) {
      throw new Unanswered(Loss.UNKNOWN, "answered with what is no answer to it");
    }
  }

  /** What cannot be read and shows no id is ours all the same: nothing else is in a document. */
  private Incoming named(Incoming incoming) {
    return switch (incoming) {
      case Incoming.Malformed bad when bad.id().isEmpty() ->
          new Incoming.Malformed(bad.why(), bad.position(), Optional.of(id), false, bad.json());
      case Incoming.Oversize big when big.id().isEmpty() ->
          new Incoming.Oversize(Optional.of(id), false, big.bytes());
      default -> incoming;
    };
  }

  private static String said(IOException e) {
    return e instanceof HttpFault fault ? fault.getMessage() : "broke off its answer";
  }

  private void stream(Answer begun, int sleeps) throws Unanswered {
    Cursor cursor = new Cursor();
    boolean answered = read(begun, cursor, sleeps);
    String why = "closed the stream before it answered";
    while (!answered) {
      if (cursor.last().isEmpty() || cursor.vain() >= MOST_VAIN) {
        throw new Unanswered(Loss.UNKNOWN, why);
      }
      if (!slot.pause(cursor.pause())) {
        throw new Unanswered(Loss.UNKNOWN, "was called off");
      }
      int before = peer.sleeps();
      try (Answer next =
          peer.ask(Peer.stream(conversation.target(), cursor.last()), peer.call(), slot)) {
        answered = resumed(next, cursor, before);
      } catch (Unanswered e) {
        if (e.loss() == Loss.SESSION) {
          throw new Unanswered(Loss.UNKNOWN, e.getMessage());
        }
        why = "broke off before it answered, and then " + e.getMessage();
      }
    }
  }

  private boolean resumed(Answer next, Cursor cursor, int sleeps) throws Unanswered {
    int status = next.status();
    if (status == 404 && peer.hasSession()) {
      conversation.sessionLost();
      throw new Unanswered(Loss.SESSION, Conversation.FORGOTTEN);
    }
    if (status >= 500 || status == 429) {
      throw new Unanswered(Loss.UNKNOWN, "failed (HTTP " + status + ")");
    }
    if (status >= 300 || !next.mediaType().equals("text/event-stream")) {
      throw new Unanswered(
          Loss.SESSION,
          "broke off before it answered, and does not let us read on (HTTP " + status + ")");
    }
    return read(next, cursor, sleeps);
  }

  /**
   * True where our answer came.
   *
   * @param sleeps of the machine before the stream was asked for
   */
  private boolean read(Answer answer, Cursor cursor, int sleeps) {
    EventStream events = new EventStream(answer.body(), peer.limits(), cursor);
    while (true) {
      try {
        Optional<EventStream.Event> event = events.next();
        if (event.isEmpty()) {
          return false;
        }
        cursor.alive();
        if (event.get().message().isPresent()
            && tell(conversation.delivery().apart(event.get().message().get()))) {
          conversation.done(this);
          answer.finish(REST); // the server should end the stream now
          return true;
        }
      } catch (HttpFault e) {
        // After a sleep the connection may lead nowhere; without an id there is no other way.
        boolean fresh = peer.sleeps() == sleeps || cursor.last().isEmpty();
        if (e.reach() != HttpFault.Reach.SILENT || !fresh) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
  }

  /** Passes all on; true where one is the answer to our request. */
  private boolean tell(List<Incoming> all) {
    boolean answered = false;
    for (Incoming one : all) {
      answered |= tell(one);
    }
    return answered;
  }

  /** Passes it on; true where it is the answer to our request. */
  private boolean tell(Incoming incoming) {
    if (!isOurs(incoming)) {
      conversation.receivedElsewhere(incoming);
      return false;
    }
    if (first) {
      peer.greeted(incoming);
    }
    conversation.delivery().received(incoming);
    return true;
  }

  private boolean isOurs(Incoming incoming) {
    return switch (incoming) {
      case Incoming.Received(Message.Response response) -> isOurs(response.id());
      case Incoming.Received received -> false;
      case Incoming.Oversize big -> !big.request() && big.id().filter(this::isOurs).isPresent();
      case Incoming.Malformed bad -> !bad.request() && bad.id().filter(this::isOurs).isPresent();
      case Incoming.Batch batch -> false;
      case Incoming.NotJson stray -> false;
      case Incoming.End end -> false;
    };
  }

  private boolean isOurs(Slice other) {
    return isOurs(other.toBytes());
  }

  private boolean isOurs(byte[] other) {
    return Arrays.equals(other, id);
  }

  /** Nobody waits for it any more: closes its connection, and says nothing. */
  @Override
  public void close() {
    slot.close();
  }

  @Override
  public String toString() {
    return request.method();
  }
}
