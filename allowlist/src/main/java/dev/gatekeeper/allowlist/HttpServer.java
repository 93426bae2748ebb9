package dev.gatekeeper.allowlist;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
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

  @Override
  public Server under(Review other) {
    return new HttpServer(
        name, other, access, url, headers, literalSecret, lifetime, oauth, caFile, proxy);
  }

  /** {@code host} or {@code host:port}, in lower case; the port where it is not the usual one. */
  public String host() {
    return host(url);
  }

  /** {@code https://host:port}, the port where it is not the usual one: who is asked, and how. */
  public String origin() {
    String text = url.toString();
    return text.substring(0, text.indexOf("//") + 2) + host();
  }

  /**
   * Where the file of {@code ca} lies.
   *
   * @param project directory for {@code ${project}}, and for a path that is relative
   * @param home directory for {@code ${home}} and {@code ~/}
   */
  public Optional<Path> certificates(Path project, Path home) {
    return caFile.map(file -> file.path(project, home));
  }

  /** The name of a login at {@code url} where nobody gives it another: its host. */
  public static String login(Template url) {
    return host(url).replaceAll("[^a-z0-9.-]+", "-").replaceAll("^-+", "");
  }

  private static String host(Template url) {
    String text = url.toString();
    int start = text.indexOf("//") + 2;
    int end = start;
    while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
      end++;
    }
    String host = text.substring(start, end).toLowerCase(Locale.ROOT);
    return host.replaceFirst(text.startsWith("https:") ? ":0*443$" : ":0*80$", "");
  }

  /** What the address, the headers and the login need of it. */
  @Override
  public SortedSet<Reference> given() {
    SortedSet<Reference> given = new TreeSet<>(url.references());
    headers.values().forEach(header -> given.addAll(header.references()));
    oauth.ifPresent(login -> given.addAll(login.references()));
    return given;
  }
}
