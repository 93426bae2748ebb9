package dev.gatekeeper.login.web;

import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.Bounds;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.http.Outgoing;
import dev.gatekeeper.http.Transfer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** By the client that talks to the server itself: its trust, its proxy, its bounds. */
public final class ConnectorWeb implements Web {
  private static final List<String> READ = List.of("www-authenticate", "mcp-session-id");

  private static final int FOUND = 302;

  /** However slowly somebody speaks: others wait for a login under way. */
  private static final Duration WHOLE = Duration.ofSeconds(45);

  private final Connector connector;
  private final Duration whole;

  /**
   * @param connector stays its owner's to close
   */
  public ConnectorWeb(Connector connector) {
    this(connector, WHOLE);
  }

  ConnectorWeb(Connector connector, Duration whole) {
    this.connector = connector;
    this.whole = whole;
  }

  @Override
  public Answer send(Request request) throws LoginException {
    try {
      Address to = Address.parse(request.uri().toString());
      Outgoing outgoing =
          switch (request.method()) {
            case "GET" -> Outgoing.get(to);
            case "POST" -> Outgoing.post(to, request.body());
            default -> throw new AssertionError(request.method());
          };
      for (Map.Entry<String, String> header : request.headers().entrySet()) {
        outgoing = outgoing.with(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
      }
      return exchange(outgoing);
    } catch (HttpFault e) {
      String what = request.uri().getHost() + " " + e.getMessage();
      boolean redirected = e.reach() == HttpFault.Reach.REDIRECTED;
      if (redirected && request.method().equals("GET")) {
        return new Answer(FOUND, Map.of(), new byte[0]); // a document that is not there
      }
      throw redirected || e.reach() == HttpFault.Reach.ANSWERED
          ? LoginException.fault(what)
          : LoginException.unreachable(what);
    }
  }

  private Answer exchange(Outgoing outgoing) throws HttpFault {
    try (Transfer transfer = connector.start(outgoing, Bounds.DOCUMENT)) {
      Thread limit = Thread.ofVirtual().name("login-limit").start(() -> end(transfer));
      try (dev.gatekeeper.http.Answer answer = transfer.await()) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : READ) {
          headers.put(name, answer.headers(name));
        }
        // Of a stream of events, which may never end, nobody here reads one.
        boolean stream = answer.mediaType().equals("text/event-stream");
        byte[] body = stream ? new byte[0] : answer.document(MAX_ANSWER);
        return new Answer(answer.status(), headers, body);
      } finally {
        limit.interrupt();
      }
    }
  }

  private void end(Transfer transfer) {
    try {
      Thread.sleep(whole);
      transfer.close();
    } catch (InterruptedException e) {
      return; // it ended by itself
    }
  }
}
