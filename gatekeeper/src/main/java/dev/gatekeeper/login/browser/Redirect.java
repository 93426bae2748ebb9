package dev.gatekeeper.login.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.login.grant.Redirected;
import dev.gatekeeper.login.web.LoginException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The loopback address to which the browser comes back (RFC 8252 section 7.3). It listens on
 * 127.0.0.1 alone, takes the one request whose state is that of ours, and shows a page to all
 * others while it goes on waiting. A connection that says nothing holds up no other.
 */
public final class Redirect implements AutoCloseable {
  private static final String PATH = "/callback";
  private static final int MAX_LINE = 16 << 10;
  private static final int MAX_HEADERS = 64 << 10;
  private static final int MAX_CONNECTIONS = 32;
  private static final int PATIENCE_MILLIS = 10_000;

  private final ServerSocket socket;
  private final String state;
  private final BlockingQueue<Redirected> answer = new ArrayBlockingQueue<>(1);
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);

  private Redirect(ServerSocket socket, String state) {
    this.socket = socket;
    this.state = state;
  }

  /** A place that listens, before it is known what for. */
  public static ServerSocket bind(Optional<Integer> port) throws LoginException {
    try {
      ServerSocket socket = new ServerSocket();
      try {
        socket.bind(
            new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port.orElse(0)),
            MAX_CONNECTIONS);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (BindException e) {
      throw LoginException.fault(
          "port "
              + port.map(String::valueOf).orElse("")
              + " of the redirect address is in use: end what listens there (a session of an agent,"
              + " where it shows a page to log in)");
    } catch (IOException e) {
      throw LoginException.fault("no redirect address can be opened on this machine");
    }
  }

  /** The address of a place. */
  public static URI address(int port) {
    return URI.create("http://127.0.0.1:" + port + PATH);
  }

  /** Waits at a place for the answer of this state. */
  public static Redirect at(ServerSocket bound, String state) {
    Redirect redirect = new Redirect(bound, state);
    Thread.ofPlatform().daemon().name("login-redirect").start(redirect::accept);
    return redirect;
  }

  /** The answer; empty where none came in time. */
  public Optional<Redirected> await(Duration patience) throws LoginException {
    try {
      return Optional.ofNullable(answer.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LoginException.fault("interrupted while waiting for the browser");
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        if (!connections.tryAcquire()) {
          connection.close();
          continue;
        }
        Thread.ofVirtual().name("login-redirect-answer").start(() -> answer(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void answer(Socket connection) {
    try (connection) {
      connection.setSoTimeout(PATIENCE_MILLIS);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      String request = line(in, MAX_LINE);
      int rest = MAX_HEADERS;
      for (String header = line(in, rest); !header.isEmpty(); header = line(in, rest)) {
        rest -= header.length() + 2;
      }
      Page page = judge(request);
      connection.getOutputStream().write(page.bytes());
      connection.getOutputStream().flush();
      connection.shutdownOutput();
      page.taken().ifPresent(answer::offer);
    } catch (IOException e) {
      // whoever asked went away, or said what is no HTTP: others may ask
    } finally {
      connections.release();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never leaves this class
  private record Page(byte[] bytes, Optional<Redirected> taken) {}

  private Page judge(String request) {
    String[] words = request.split(" ", -1);
    boolean fit = words.length == 3 && words[0].equals("GET") && words[2].startsWith("HTTP/1.");
    if (!fit) {
      return page("400 Bad Request", "This is no request for a page.");
    }
    int question = words[1].indexOf('?');
    String path = question < 0 ? words[1] : words[1].substring(0, question);
    if (!path.equals(PATH) || question < 0) {
      return page("404 Not Found", "There is nothing here.");
    }
    Optional<Redirected> redirected = Redirected.parse(words[1].substring(question + 1));
    if (redirected.isEmpty() || !redirected.get().answers(state)) {
      return page("400 Bad Request", "This does not answer the login that is under way.");
    }
    Page seen =
        page(
            "200 OK",
            "Gatekeeper has what it needs. Close this page, and go back to where you came from.");
    return new Page(seen.bytes, redirected);
  }

  /** Static: nothing of the request is in it, and nothing else is loaded by it. */
  private static Page page(String status, String text) {
    byte[] body =
        ("<!doctype html><html lang=en><meta charset=utf-8><title>Gatekeeper</title><p>"
                + text
                + "</p></html>\n")
            .getBytes(UTF_8);
    byte[] head =
        ("HTTP/1.1 "
                + status
                + "\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: "
                + body.length
                + "\r\ncache-control: no-store\r\nreferrer-policy: no-referrer"
                + "\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'"
                + "\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n")
            .getBytes(ISO_8859_1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head);
    all.writeBytes(body);
    return new Page(all.toByteArray(), Optional.empty());
  }

  private static String line(InputStream in, int max) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.size() >= max) {
        throw new IOException("no line");
      }
      line.write(next);
    }
    String text = line.toString(ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      return; // it is not listened to any more
    }
  }
}
