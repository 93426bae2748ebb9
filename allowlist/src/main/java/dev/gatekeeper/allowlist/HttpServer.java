package dev.gatekeeper.allowlist;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A remote server, reached by Streamable HTTP.
 *
 * @param headers by name in lower case
 * @param literalSecret why a value that looks like a secret is none
 */
public record HttpServer(
    String name,
    Review review,
    Access access,
    Template url,
    SortedMap<String, Template> headers,
    Optional<String> literalSecret)
    implements Server {
  public HttpServer {
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
  }
}
