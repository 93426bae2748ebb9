package dev.gatekeeper.login.grant;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.login.web.Web;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Parameters of a request, {@code application/x-www-form-urlencoded}. */
final class Form {
  private final Map<String, String> parameters = new LinkedHashMap<>();

  Form with(String name, String value) {
    parameters.put(name, value);
    return this;
  }

  String encoded() {
    StringBuilder text = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, UTF_8)));
    return text.toString();
  }

  /** A request by which {@code client} proves itself (RFC 6749 section 2.3.1). */
  Web.Request post(URI to, Client client) {
    SortedMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", "application/x-www-form-urlencoded");
    headers.put("accept", "application/json");
    String secret = client.secret().orElse("");
    switch (client.method()) {
      case NONE -> with("client_id", client.id());
      case POST -> with("client_id", client.id()).with("client_secret", secret);
      case BASIC -> {
        String pair =
            URLEncoder.encode(client.id(), UTF_8) + ":" + URLEncoder.encode(secret, UTF_8);
        headers.put(
            "authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
      }
    }
    return new Web.Request("POST", to, headers, encoded().getBytes(UTF_8));
  }
}
