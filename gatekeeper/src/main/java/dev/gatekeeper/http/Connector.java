package dev.gatekeeper.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/**
 * Sends requests as one entry says: trust, proxy. Thread-safe.
 *
 * <p>Guarantees, whatever properties and variables say: a proxy is the entry's or none, and never
 * stands before this machine; no cookie is kept; no credential is given but the headers of the
 * request; a redirect is followed within its origin only. HTTP/1.1: a connection for each request
 * under way, so that ending one of them ends no other.
 */
public final class Connector implements AutoCloseable {
  /**
   * Seconds that an idle connection is used again. Node closes after 5 of them; a request that is
   * sent into a closing connection is lost, and nobody knows whether it had an effect.
   */
  private static final String REUSE_SECONDS = "3";

  static {
    System.setProperty("jdk.httpclient.keepalive.timeout", REUSE_SECONDS);
  }

  private final SSLContext tls;
  private final Optional<Address> proxy;
  private HttpClient client;

  /** Those before, in which something may still be under way. */
  private final List<HttpClient> before = new ArrayList<>();

  private boolean closed;

  private Connector(SSLContext tls, Optional<Address> proxy) throws HttpFault {
    this.tls = tls;
    this.proxy = proxy;
    this.client = fresh();
  }

  /**
   * A client without connections.
   *
   * @param caFile certificates in PEM that count beside those of the platform
   * @param proxy {@code http://host:port}
   * @throws HttpFault where one of these cannot be used, or the process may open nothing more
   */
  public static Connector of(Optional<Path> caFile, Optional<String> proxy) throws HttpFault {
    return of(caFile, Optional.empty(), proxy);
  }

  /**
   * The same.
   *
   * @param caDigest as {@link #digest} gives it: another file is not used
   */
  public static Connector of(
      Optional<Path> caFile, Optional<String> caDigest, Optional<String> proxy) throws HttpFault {
    Optional<Address> through = Optional.empty();
    if (proxy.isPresent()) {
      through = Optional.of(Address.ofProxy(proxy.get()));
    }
    return new Connector(TrustAnchors.context(caFile, caDigest), through);
  }

  /**
   * A client without a proxy, to which nothing but these certificates proves a server: the
   * platform's authorities do not.
   *
   * @param pem at least one certificate
   * @throws HttpFault where they cannot be used, or the process may open nothing more
   */
  public static Connector knownBy(String pem) throws HttpFault {
    return new Connector(TrustAnchors.only(pem.getBytes(US_ASCII)), Optional.empty());
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of a file of certificates. */
  public static String digest(Path caFile) throws HttpFault {
    return TrustAnchors.digest(caFile);
  }

  private HttpClient fresh() throws HttpFault {
    try {
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Bounds.CONNECT)
          .proxy(new EntryProxy(proxy))
          .sslContext(tls)
          .build();
    } catch (UncheckedIOException e) { // it opens a selector
      throw Failure.noDescriptor();
    }
  }

  /**
   * Lets go of all idle connections: after a sleep they may lead nowhere. They are kept where the
   * process may open nothing more.
   */
  public synchronized void renew() {
    if (closed) {
      return;
    }
    HttpClient next;
    try {
      next = fresh();
    } catch (HttpFault e) {
      return;
    }
    before.removeIf(HttpClient::isTerminated);
    before.add(client);
    client.shutdown(); // what is under way goes on
    client = next;
  }

  /** A request that is sent by {@link Transfer#await}. */
  public Transfer start(Outgoing request, Bounds bounds) {
    return new Transfer(this, request, bounds);
  }

  HttpRequest build(Outgoing request) throws HttpFault {
    Address target = request.target();
    if (target.isPlain() && target.host().equals("localhost")) {
      requireLoopback();
    }
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(target.uri())
            .method(
                request.method(),
                request.body().map(BodyPublishers::ofByteArray).orElse(BodyPublishers.noBody()))
            .setHeader("accept-encoding", "identity");
    builder.setHeader("user-agent", "gatekeeper");
    request.headers().forEach(builder::setHeader);
    return builder.build();
  }

  /** The name is no address: a resolver may say of it what it likes. */
  private static void requireLoopback() throws HttpFault {
    try {
      for (InetAddress address : InetAddress.getAllByName("localhost")) {
        if (!address.isLoopbackAddress()) {
          throw new HttpFault(
              HttpFault.Reach.UNSENT, "localhost is not this machine here: write 127.0.0.1");
        }
      }
    } catch (UnknownHostException e) {
      throw new HttpFault(HttpFault.Reach.UNSENT, "cannot be reached: localhost has no address");
    }
  }

  /** Not while a client takes the place of another: one that is shut down sends nothing. */
  synchronized <T> CompletableFuture<HttpResponse<T>> send(HttpRequest request, BodyHandler<T> body)
      throws HttpFault {
    if (closed) {
      throw new HttpFault(HttpFault.Reach.UNSENT, "was called off");
    }
    return client.sendAsync(request, body);
  }

  Optional<Address> proxy() {
    return proxy;
  }

  /** Ends every request under way and every connection. */
  @Override
  public synchronized void close() {
    closed = true;
    before.forEach(HttpClient::shutdownNow);
    before.clear();
    client.shutdownNow();
  }

  /** The entry's proxy for every host but this machine. */
  private static final class EntryProxy extends ProxySelector {
    private final Optional<Address> proxy;

    EntryProxy(Optional<Address> proxy) {
      this.proxy = proxy;
    }

    @Override
    public List<Proxy> select(URI uri) {
      String host = String.valueOf(uri.getHost());
      if (proxy.isEmpty() || Address.isThisMachine(host)) {
        return List.of(Proxy.NO_PROXY);
      }
      return List.of(
          new Proxy(
              Proxy.Type.HTTP,
              InetSocketAddress.createUnresolved(proxy.get().host(), proxy.get().port())));
    }

    /** The next request tries again. */
    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
  }
}
