package dev.gatekeeper.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that says what a test says, byte for byte, one request a connection. On 127.0.0.1, with
 * or without TLS.
 */
public final class RawServer implements AutoCloseable {
  /** What came in. */
  public record Seen(
      String method, String path, Map<String, String> headers, String body, Socket socket) {
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Answers one request; whatever it throws ends the connection. */
  public interface Handler {
    void serve(Seen request, OutputStream out) throws Exception;
  }

  private final ServerSocket socket;
  private final boolean tls;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Handler handler;

  public RawServer(Handler handler) throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), false, handler);
  }

  public RawServer(ServerSocket socket, boolean tls, Handler handler) {
    this.socket = socket;
    this.tls = tls;
    this.handler = handler;
    Thread.ofPlatform().daemon().name("raw-server").start(this::accept);
  }

  /** From now on. */
  public void handle(Handler next) {
    handler = next;
  }

  public int port() {
    return socket.getLocalPort();
  }

  public String url(String path) {
    return (tls ? "https" : "http") + "://127.0.0.1:" + port() + path;
  }

  public Address address(String path) throws HttpFault {
    return Address.parse(url(path));
  }

  public List<Seen> seen() {
    return seen;
  }

  /** Connections that were made, with or without a request. */
  public int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket one = socket.accept();
        connections.incrementAndGet();
        open.add(one);
        Thread.ofPlatform().daemon().name("raw-connection").start(() -> serve(one));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket one) {
    try (one) {
      Seen request = read(one);
      seen.add(request);
      handler.serve(request, one.getOutputStream());
      one.getOutputStream().flush();
    } catch (Exception e) {
      return; // the other side went, or the test wants the connection to end
    } finally {
      open.remove(one);
    }
  }

  private static Seen read(Socket one) throws IOException {
    InputStream in = new BufferedInputStream(one.getInputStream());
    String[] first = line(in).split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), UTF_8);
    return new Seen(first[0], first[1], headers, body, one);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("ended");
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).strip();
  }

  /** Writes text and flushes it. */
  public static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  /** A whole answer. */
  public static Handler answer(int status, String body, String... headers) {
    return (request, out) -> say(out, text(status, body, headers));
  }

  /** The same as text. */
  public static String text(int status, String body, String... headers) {
    StringBuilder all = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
    for (String header : headers) {
      all.append(header).append("\r\n");
    }
    return all.append("Connection: close\r\nContent-Length: ")
        .append(body.getBytes(UTF_8).length)
        .append("\r\n\r\n")
        .append(body)
        .toString();
  }

  /** A proxy that leads every CONNECT to {@code port} of this machine. */
  public static Handler tunnel(int port) {
    return (request, out) -> {
      try (Socket to = new Socket(InetAddress.getLoopbackAddress(), port)) {
        say(out, "HTTP/1.1 200 Yes\r\n\r\n");
        Thread back =
            Thread.ofPlatform()
                .daemon()
                .start(
                    () -> {
                      try {
                        to.getInputStream().transferTo(out);
                        request.socket().shutdownOutput();
                      } catch (IOException e) {
                        return; // the tunnel is over
                      }
                    });
        request.socket().getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
        back.join();
      }
    };
  }

  /** Ends all connections, in the middle of whatever they do. */
  public void cut() throws IOException {
    for (Socket one : open) {
      one.close();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    cut();
  }
}
