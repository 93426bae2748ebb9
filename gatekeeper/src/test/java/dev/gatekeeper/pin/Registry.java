package dev.gatekeeper.pin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A registry of npm on this machine, with packages that a test makes, and the real npm's way to it.
 */
final class Registry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Map<String, String>> versions = new ConcurrentHashMap<>();
  private final Map<String, byte[]> archives = new ConcurrentHashMap<>();

  Registry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /**
   * Publishes a package.
   *
   * @param further members of its {@code package.json}, with a comma before
   */
  Registry publish(String name, String version, String further, Archive files) {
    String json = "{\"name\":\"" + name + "\",\"version\":\"" + version + "\"" + further + "}";
    byte[] archive = files.file("package/package.json", json).bytes();
    String file = "/" + name + "/-/" + version + ".tgz";
    archives.put(file, archive);
    versions
        .computeIfAbsent(name, n -> new TreeMap<>())
        .put(
            version,
            json.substring(0, json.length() - 1)
                + ",\"dist\":{\"tarball\":\""
                + address()
                + file.substring(1)
                + "\",\"integrity\":\""
                + integrity(archive)
                + "\"}}");
    return this;
  }

  /** The bytes of a version become others, and the registry says so. */
  void republish(String name, String version, String further, Archive files) {
    publish(name, version, further, files);
  }

  private static String integrity(byte[] archive) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-512").digest(archive);
      return "sha512-" + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = archives.get(path);
    Map<String, String> known = versions.get(path.substring(1).replace("%2f", "/"));
    if (known != null) {
      body = document(path.substring(1), known).getBytes(UTF_8);
    }
    try (exchange) {
      if (body == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String document(String name, Map<String, String> known) {
    StringBuilder all = new StringBuilder();
    String latest = "";
    for (Map.Entry<String, String> one : known.entrySet()) {
      all.append(latest.isEmpty() ? "" : ",");
      all.append('"').append(one.getKey()).append("\":").append(one.getValue());
      latest = one.getKey();
    }
    return "{\"name\":\""
        + name
        + "\",\"dist-tags\":{\"latest\":\""
        + latest
        + "\"},\"versions\":{"
        + all
        + "}}";
  }

  /** A person's environment in which npm asks this registry, and keeps its own cache. */
  Map<String, String> person(Path home) throws IOException {
    Files.createDirectories(home);
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", home.toString());
    environment.put("npm_config_registry", address());
    environment.put("npm_config_cache", home.resolve("npm-cache").toString());
    environment.put("npm_config_fetch_retries", "0");
    return environment;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
