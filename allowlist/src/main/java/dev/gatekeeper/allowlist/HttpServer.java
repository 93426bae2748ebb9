package dev.gatekeeper.allowlist;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A remote server, reached by Streamable HTTP. The header names are in lower case. */
public record HttpServer(
    String name,
    Review review,
    Access access,
    Template url,
    SortedMap<String, Template> headers,
    Acknowledged acknowledged,
    boolean redact,
    List<String> volatileFields,
    Optional<String> dynamic)
    implements Server {
  public HttpServer {
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    volatileFields = List.copyOf(volatileFields);
  }
}
