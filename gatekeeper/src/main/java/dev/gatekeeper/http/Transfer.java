package dev.gatekeeper.http;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request under way, redirects within its origin included. {@link #await} is for one thread;
 * {@link #close} calls it off from any, whatever it is doing.
 */
public final class Transfer implements AutoCloseable {
  private static final int PER_HEADER = 32; // as RFC 9113 counts

  private final Connector connector;
  private final Bounds bounds;
  private Outgoing request;
  private @Nullable CompletableFuture<HttpResponse<@Nullable BodyFlow>> running;
  private @Nullable Answer answer;
  private boolean closed;

  Transfer(Connector connector, Outgoing request, Bounds bounds) {
    this.connector = connector;
    this.request = request;
    this.bounds = bounds;
  }

  /**
   * Sends the request, and waits for the headers of its answer.
   *
   * @throws HttpFault where there is no answer that is taken
   */
  public Answer await() throws HttpFault {
    long deadline = System.nanoTime() + bounds.answer().toNanos();
    for (int redirects = 0; ; redirects++) {
      Answer next = once(deadline);
      if (!isRedirect(next.status())) {
        return next;
      }
      next.close();
      if (redirects == Bounds.REDIRECTS) {
        throw elsewhere("redirects more than " + Bounds.REDIRECTS + " times");
      }
      request = redirected(next);
    }
  }

  private static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /** RFC 9110, 15.4: only 307 and 308 keep the method, and so the message, of a POST. */
  private Outgoing redirected(Answer next) throws HttpFault {
    boolean keeps = request.method().equals("GET") || next.status() == 307 || next.status() == 308;
    if (!keeps) {
      throw elsewhere("answers with a redirect (" + next.status() + ") that drops the message");
    }
    String location =
        next.header("location").orElseThrow(() -> elsewhere("redirects without a Location"));
    Address to;
    try {
      to = request.target().resolve(location);
    } catch (HttpFault e) {
      throw elsewhere("redirects to what is no address that may be used");
    }
    if (!to.hasOriginOf(request.target())) {
      throw elsewhere(
          "redirects to "
              + to.origin()
              + ", which is another origin and gets nothing. Where that is right, the entry's url"
              + " is to name it");
    }
    return request.to(to);
  }

  private Answer once(long deadline) throws HttpFault {
    HttpRequest built = connector.build(request);
    CompletableFuture<HttpResponse<@Nullable BodyFlow>> sent;
    synchronized (this) {
      if (closed) {
        throw calledOff();
      }
      sent = connector.send(built, info -> new BodyFlow(bounds.silence()));
      running = sent;
    }
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      return judged(sent.get(left, TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      sent.cancel(true);
      CompletableFuture<Void> _ = sent.thenAccept(late -> discard(late.body()));
      throw new HttpFault(
          HttpFault.Reach.UNKNOWN, "gave no answer within " + bounds.answer().toSeconds() + " s");
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw calledOff();
    } catch (CancellationException e) {
      throw calledOff();
    } catch (ExecutionException e) {
      if (isClosed()) {
        throw calledOff();
      }
      throw Failure.of(e.getCause(), request.target(), connector.proxy());
    }
  }

  private Answer judged(HttpResponse<@Nullable BodyFlow> response) throws HttpFault {
    BodyFlow body = response.body();
    if (body == null) { // the answer of a proxy to CONNECT
      throw Failure.tunnel();
    }
    Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
    Answer next = new Answer(response.statusCode(), headers, request.target(), body);
    synchronized (this) {
      answer = next;
      if (closed) {
        next.close();
        throw calledOff();
      }
    }
    long bytes = 0;
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      for (String value : header.getValue()) {
        bytes += header.getKey().length() + value.length() + PER_HEADER;
      }
    }
    String refusal =
        bytes > Bounds.HEADER_BYTES
            ? "answers with headers of more than " + Bounds.HEADER_BYTES + " bytes"
            : "";
    for (String coding : next.headers("content-encoding")) {
      if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
        refusal = "answers with a Content-Encoding, which it was asked not to use";
      }
    }
    if (!refusal.isEmpty()) {
      next.close();
      throw new HttpFault(HttpFault.Reach.ANSWERED, refusal);
    }
    return next;
  }

  private static void discard(@Nullable BodyFlow body) {
    if (body != null) {
      body.close();
    }
  }

  private static HttpFault elsewhere(String why) {
    return new HttpFault(HttpFault.Reach.REDIRECTED, why);
  }

  private static HttpFault calledOff() {
    return new HttpFault(HttpFault.Reach.CALLED_OFF, "was called off");
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Calls it off; nothing is read any more. */
  @Override
  public void close() {
    CompletableFuture<HttpResponse<@Nullable BodyFlow>> sent;
    Answer given;
    synchronized (this) {
      closed = true;
      sent = running;
      given = answer;
    }
    if (given != null) {
      given.close();
    }
    if (sent != null) {
      sent.cancel(true);
    }
  }
}
