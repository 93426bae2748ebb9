package dev.gatekeeper.allowlist;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A remote server, reached by Streamable HTTP.
 *
 * @param headers by name in lower case
 * @param literalSecret why a value that looks like a secret is none
 * @param caFile PEM certificates that are trusted for this server beside the platform's, {@code /},
 *     {@code ~/} or relative to the project
 * @param proxy {@code http://host:port} through which it is reached; none is taken from elsewhere
 */
public record HttpServer(
    String name,
    Review review,
    Access access,
    Template url,
    SortedMap<String, Template> headers,
    Optional<String> literalSecret,
    Lifetime lifetime,
    Optional<OAuth> oauth,
    Optional<Template> caFile,
    Optional<String> proxy)
    implements Server {
  public HttpServer {
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
  }

  /** What the address, the headers and the login need of it. */
  @Override
  public SortedSet<Reference> given() {
    SortedSet<Reference> given = new TreeSet<>(url.references());
    headers.values().forEach(header -> given.addAll(header.references()));
    oauth.ifPresent(
        login -> {
          given.add(login.key());
          login.clientSecret().ifPresent(given::add);
        });
    return given;
  }
}
