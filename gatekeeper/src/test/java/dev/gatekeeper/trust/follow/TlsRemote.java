package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A folder of repositories behind git's own {@code http-backend} and TLS, with an own authority.
 */
public final class TlsRemote implements AutoCloseable {
  private static final char[] PASSWORD = "made-up".toCharArray();

  private final HttpsServer server;
  private final Path repositories;
  private final byte[] authority;
  private final AtomicReference<Answer> instead = new AtomicReference<>(Answer.NONE);

  private final AtomicReference<String> demanded = new AtomicReference<>("");
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  /** What is answered in the place of git: status, one header, and a body. */
  private record Answer(int status, String header, String value, String body) {
    static final Answer NONE = new Answer(0, "", "", "");
    static final Answer DRIP = new Answer(200, "", "", "");
  }

  private TlsRemote(HttpsServer server, Path repositories, byte[] authority) {
    this.server = server;
    this.repositories = repositories;
    this.authority = authority;
  }

  /**
   * Starts it.
   *
   * @param scratch an empty folder
   * @param host for which the certificate is, as keytool(1) writes a subject's alternative name
   */
  public static TlsRemote start(Path repositories, Path scratch, String host) throws Exception {
    Path store = Files.createDirectories(scratch).resolve("store.p12");
    keytool(store, "-alias", "authority", "-dname", "CN=made-up authority", "-ext", "bc:c");
    keytool(
        store,
        "-alias",
        "host",
        "-dname",
        "CN=host",
        "-signer",
        "authority",
        "-ext",
        "san=" + host);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    byte[] authority =
        ("-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(keys.getCertificate("authority").getEncoded())
                + "\n-----END CERTIFICATE-----\n")
            .getBytes(US_ASCII);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    TlsRemote remote = new TlsRemote(server, repositories, authority);
    server.createContext("/", remote::answer);
    server.start();
    return remote;
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD),
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2"));
    line.addAll(List.of(arguments));
    File said = store.resolveSibling("said").toFile();
    if (new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said).start().waitFor()
        != 0) {
      throw new AssertionError(Files.readString(said.toPath()));
    }
  }

  private static SSLContext context(KeyStore keys) throws GeneralSecurityException, IOException {
    KeyStore host = KeyStore.getInstance("PKCS12");
    host.load(null, PASSWORD);
    host.setKeyEntry(
        "host", keys.getKey("host", PASSWORD), PASSWORD, keys.getCertificateChain("host"));
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(host, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** The address of a repository. */
  public String url(String name) {
    return "https://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
  }

  /** The certificate of the authority, as PEM. */
  public byte[] authority() {
    return authority.clone();
  }

  /** From now on everything is answered so. */
  public void answers(int status, String header, String value) {
    instead.set(new Answer(status, header, value, ""));
  }

  /** From now on everything is answered by this body. */
  public void answers(String body) {
    instead.set(new Answer(200, "Content-Type", "application/x-git-made-up", body));
  }

  /** From now on an answer is one byte after the other, without an end. */
  public void drips() {
    instead.set(Answer.DRIP);
  }

  /** From now on git answers again. */
  public void answersByGit() {
    instead.set(Answer.NONE);
  }

  /** From now on only who says this user and password (RFC 7617) is answered. */
  public void demands(String user, String password) {
    demanded.set(basic(user, password));
  }

  /** The value of an {@code Authorization} header. */
  public static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(US_ASCII));
  }

  /** Run while whoever asks waits for the answer. */
  public void meanwhile(Runnable look) {
    meanwhile.set(look);
  }

  /** The {@code Authorization} of each request up to now; empty where it had none. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** What was sent with each POST up to now. */
  public List<String> bodies() {
    return List.copyOf(bodies);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] sent = exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("POST")) {
      bodies.add(new String(sent, ISO_8859_1));
    }
    String authorization = text(exchange.getRequestHeaders().getFirst("Authorization"));
    asked.add(authorization);
    Objects.requireNonNull(meanwhile.get()).run();
    Answer other = Objects.requireNonNull(instead.get());
    String wanted = Objects.requireNonNull(demanded.get());
    if (other.status() == 0 && !wanted.isEmpty() && !wanted.equals(authorization)) {
      other = new Answer(401, "WWW-Authenticate", "Basic realm=\"made-up\"", "");
    }
    if (other.equals(Answer.DRIP)) {
      drip(exchange);
      return;
    }
    if (other.status() != 0) {
      byte[] body = other.body().getBytes(ISO_8859_1);
      exchange.getResponseHeaders().set(other.header(), other.value());
      exchange.sendResponseHeaders(other.status(), body.length == 0 ? -1 : body.length);
      try (exchange) {
        exchange.getResponseBody().write(body);
      }
      return;
    }
    ProcessBuilder backend = new ProcessBuilder("git", "http-backend");
    Map<String, String> variables = backend.environment();
    variables.put("GIT_PROJECT_ROOT", repositories.toString());
    variables.put("GIT_HTTP_EXPORT_ALL", "1");
    variables.put("PATH_INFO", exchange.getRequestURI().getPath());
    variables.put("QUERY_STRING", text(exchange.getRequestURI().getRawQuery()));
    variables.put("REQUEST_METHOD", exchange.getRequestMethod());
    variables.put("CONTENT_TYPE", text(exchange.getRequestHeaders().getFirst("Content-Type")));
    variables.put(
        "HTTP_CONTENT_ENCODING", text(exchange.getRequestHeaders().getFirst("Content-Encoding")));
    variables.put("GIT_PROTOCOL", text(exchange.getRequestHeaders().getFirst("Git-Protocol")));
    Process process = backend.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Thread.ofVirtual().start(() -> pour(new ByteArrayInputStream(sent), process.getOutputStream()));
    try (exchange;
        InputStream from = process.getInputStream()) {
      int status = 200;
      for (String line = line(from); !line.isEmpty(); line = line(from)) {
        String[] words = line.split(": ", 2);
        if (words[0].equals("Status")) {
          status = Integer.parseInt(words[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().set(words[0], words[1]);
        }
      }
      exchange.sendResponseHeaders(status, 0);
      from.transferTo(exchange.getResponseBody());
    }
  }

  private static void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (exchange) {
      while (true) {
        exchange.getResponseBody().write('0');
        exchange.getResponseBody().flush();
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private static String text(@Nullable String header) {
    return Optional.ofNullable(header).orElse("");
  }

  private static String line(InputStream from) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = from.read(); next >= 0 && next != '\n'; next = from.read()) {
      line.append((char) next);
    }
    return new String(line.toString().getBytes(ISO_8859_1), US_ASCII).strip();
  }

  private static void pour(InputStream from, OutputStream to) {
    try (to) {
      from.transferTo(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
