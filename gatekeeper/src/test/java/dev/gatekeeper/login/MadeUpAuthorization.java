package dev.gatekeeper.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gatekeeper.vault.text.Base64Url;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A server of MCP and its authorization server, on this machine, which can be made to misbehave.
 * Its tokens are {@code made-up-access-N} and {@code made-up-refresh-N}; a refresh token counts
 * once.
 */
public final class MadeUpAuthorization implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|[0-9]+)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");

  /** Documents in the place of the sound ones, by path; an empty one is not there. */
  public final Map<String, String> documents = new ConcurrentHashMap<>();

  /** What the token endpoint answers in the place of tokens: a status and a body. */
  public final List<Map.Entry<Integer, String>> tokenAnswers = new CopyOnWriteArrayList<>();

  /** Members of the answer of the token endpoint, in the place of the sound ones. */
  public final Map<String, String> tokenMembers = new ConcurrentHashMap<>();

  /** Parameters of the redirect to the client, in the place of the sound ones; empty: left out. */
  public final Map<String, String> redirected = new ConcurrentHashMap<>();

  /** Every request, as {@code METHOD path}. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** The forms that the token, registration and revocation endpoints got. */
  public final List<String> forms = new CopyOnWriteArrayList<>();

  /** What stands in {@code Authorization} of those. */
  public final List<String> authorizations = new CopyOnWriteArrayList<>();

  public final Set<String> valid = ConcurrentHashMap.newKeySet();
  public final Set<String> refreshes = ConcurrentHashMap.newKeySet();
  public volatile int lifetime = 3600;
  public volatile Optional<String> wwwAuthenticate = Optional.empty();
  public volatile Runnable beforeTokens = () -> {};
  public volatile Runnable afterTokens = () -> {};
  public volatile boolean takesRevocations = true;

  private final HttpServer server;
  private final Map<String, String> challenges = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  public MadeUpAuthorization() throws IOException {
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  public String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public String mcp() {
    return origin() + "/mcp";
  }

  /** The sound resource metadata, with members in their place. */
  public String resourceMetadata(String... others) {
    return object(
        List.of(
            "resource",
            quote(mcp()),
            "authorization_servers",
            "[" + quote(origin()) + "]",
            "scopes_supported",
            "[\"read\"]"),
        others);
  }

  /** The sound metadata of the authorization server, with members in their place. */
  public String metadata(String... others) {
    return object(
        List.of(
            "issuer", quote(origin()),
            "authorization_endpoint", quote(origin() + "/authorize"),
            "token_endpoint", quote(origin() + "/token"),
            "registration_endpoint", quote(origin() + "/register"),
            "revocation_endpoint", quote(origin() + "/revoke"),
            "code_challenge_methods_supported", "[\"S256\"]",
            "authorization_response_iss_parameter_supported", "true"),
        others);
  }

  static String quote(String text) {
    return "\"" + text + "\"";
  }

  private static String object(List<String> sound, String... others) {
    List<String> members = new ArrayList<>(sound);
    for (int i = 0; i < others.length; i += 2) {
      int at = members.indexOf(others[i]);
      if (at >= 0) {
        members.subList(at, at + 2).clear();
      }
      if (!others[i + 1].isEmpty()) {
        members.addAll(List.of(others[i], others[i + 1]));
      }
    }
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < members.size(); i += 2) {
      json.append(i == 0 ? "" : ",").append(quote(members.get(i))).append(':');
      json.append(members.get(i + 1));
    }
    return json.append('}').toString();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      if (documents.containsKey(path)) {
        String document = documents.getOrDefault(path, "");
        if (document.startsWith("redirect ")) {
          exchange.getResponseHeaders().add("location", document.substring(9));
          send(exchange, 302, "");
        } else {
          send(exchange, document.isEmpty() ? 404 : 200, document);
        }
        return;
      }
      switch (path) {
        case "/mcp" -> mcp(exchange, body);
        case "/.well-known/oauth-protected-resource/mcp" -> send(exchange, 200, resourceMetadata());
        case "/.well-known/oauth-authorization-server" -> send(exchange, 200, metadata());
        case "/authorize" -> authorize(exchange);
        case "/token" -> token(exchange, body);
        case "/register" -> {
          forms.add(body);
          send(
              exchange,
              201,
              "{\"client_id\":\"made-up-client\",\"token_endpoint_auth_method\":\"none\"}");
        }
        case "/revoke" -> {
          forms.add(body);
          String token = parameters(body).get("token");
          if (takesRevocations) {
            valid.remove(token);
            refreshes.remove(token);
          }
          send(exchange, takesRevocations ? 200 : 503, "");
        }
        default -> send(exchange, 404, "");
      }
    }
  }

  private void mcp(HttpExchange exchange, String body) throws IOException {
    String given = exchange.getRequestHeaders().getFirst("authorization");
    if (given != null && given.startsWith("Bearer ") && valid.contains(given.substring(7))) {
      converse(exchange, body);
      return;
    }
    exchange
        .getResponseHeaders()
        .add("www-authenticate", wwwAuthenticate.orElse("Bearer error=\"invalid_token\""));
    send(exchange, 401, "");
  }

  /** As much of MCP as a call needs. */
  private static void converse(HttpExchange exchange, String body) throws IOException {
    Matcher id = ID.matcher(body);
    Matcher method = METHOD.matcher(body);
    if (!exchange.getRequestMethod().equals("POST")) {
      send(exchange, 405, "");
    } else if (!id.find() || !method.find()) {
      send(exchange, 202, "");
    } else {
      String result =
          switch (method.group(1)) {
            case "initialize" ->
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                    + "\"serverInfo\":{\"name\":\"made-up\",\"version\":\"1\"}}";
            case "tools/list" ->
                "{\"tools\":[{\"name\":\"say\",\"description\":\"Says a word.\","
                    + "\"inputSchema\":{\"type\":\"object\"}}]}";
            default -> "{\"content\":[{\"type\":\"text\",\"text\":\"a made-up word\"}]}";
          };
      exchange.getResponseHeaders().add("content-type", "application/json");
      send(
          exchange,
          200,
          "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":" + result + "}");
    }
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, String> asked = parameters(exchange.getRequestURI().getRawQuery());
    String code = "made-up-code-" + count.incrementAndGet();
    challenges.put(code, asked.get("code_challenge"));
    Map<String, String> answer = new java.util.TreeMap<>();
    answer.put("code", code);
    answer.put("state", asked.get("state"));
    answer.put("iss", origin());
    answer.putAll(redirected);
    String query =
        answer.entrySet().stream()
            .filter(each -> !each.getValue().isEmpty())
            .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    exchange.getResponseHeaders().add("location", asked.get("redirect_uri") + "?" + query);
    send(exchange, 302, "");
  }

  private void token(HttpExchange exchange, String body) throws IOException {
    forms.add(body);
    String authorization = exchange.getRequestHeaders().getFirst("authorization");
    authorizations.add(authorization == null ? "" : authorization);
    beforeTokens.run();
    if (!tokenAnswers.isEmpty()) {
      Map.Entry<Integer, String> next = tokenAnswers.removeFirst();
      send(exchange, next.getKey(), next.getValue());
      return;
    }
    Map<String, String> form = parameters(body);
    boolean good =
        switch (form.getOrDefault("grant_type", "")) {
          case "authorization_code" ->
              s256(form.getOrDefault("code_verifier", ""))
                  .equals(challenges.remove(form.getOrDefault("code", "")));
          case "refresh_token" -> refreshes.remove(form.get("refresh_token"));
          case "client_credentials" -> true;
          default -> false;
        };
    if (!good) {
      send(exchange, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"made-up\"}");
      return;
    }
    String answer = tokens(!"client_credentials".equals(form.get("grant_type")));
    afterTokens.run();
    send(exchange, 200, answer);
  }

  /** Tokens that count from here on. */
  public String tokens(boolean refreshable) {
    int number = count.incrementAndGet();
    valid.add("made-up-access-" + number);
    refreshes.add("made-up-refresh-" + number);
    List<String> others = new ArrayList<>();
    tokenMembers.forEach((name, value) -> others.addAll(List.of(name, value)));
    List<String> sound =
        new ArrayList<>(
            List.of(
                "access_token", quote("made-up-access-" + number),
                "token_type", quote("Bearer"),
                "expires_in", Integer.toString(lifetime)));
    if (refreshable) {
      sound.addAll(List.of("refresh_token", quote("made-up-refresh-" + number)));
    }
    return object(sound, others.toArray(String[]::new));
  }

  private static String s256(String verifier) {
    try {
      return Base64Url.of(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** How often the token endpoint was asked by a grant. */
  public long asked(String grant) {
    return forms.stream().filter(form -> form.contains("grant_type=" + grant)).count();
  }

  public static Map<String, String> parameters(String form) {
    Map<String, String> parameters = new ConcurrentHashMap<>();
    for (String pair : form.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(
            pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), UTF_8));
      }
    }
    return parameters;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
