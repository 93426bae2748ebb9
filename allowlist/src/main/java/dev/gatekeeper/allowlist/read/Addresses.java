package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.TemplateException;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses of the list. Their hosts are written out, so that a review shows them; nothing goes
 * without TLS but to this machine; and what one reader of addresses takes for the host is what
 * every other does: no user, no fragment, no backslash.
 */
final class Addresses {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "https?://([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?"
              + "([/?][\\x21-\\x7e]{0,2048})?");
  private static final Pattern PLAIN =
      Pattern.compile("http://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?([/?].*)?");
  private static final Pattern USER = Pattern.compile("https?://[^/?#]*@.*");

  private final Faults faults;

  Addresses(Faults faults) {
    this.faults = faults;
  }

  /** Whether it is the address of a server, in whose path and query references may stand. */
  boolean isServer(JsonText text) {
    return is(
        text,
        "\"url\" must be an http or https address whose host is written out",
        "a reference may stand in the path or the query only");
  }

  /** An issuer (RFC 8414, section 2): an address without a query. */
  Optional<String> issuer(JsonText text) {
    String message = "\"issuer\" must be the https address of an authorization server";
    String hint = "as its metadata names it, without a query";
    if (hasSubstitution(text) || text.text().contains("?")) {
      faults.add(text.at(), message, hint);
      return Optional.empty();
    }
    return is(text, message, hint) ? Optional.of(text.text()) : Optional.empty();
  }

  /** The address of a client id metadata document, which has a path. */
  Optional<String> document(JsonText text) {
    String message = "\"clientMetadata\" must be the https address of a document";
    String hint = "e.g. https://example.com/gatekeeper.json";
    Matcher matcher = ADDRESS.matcher(text.text());
    boolean path =
        matcher.matches()
            && text.text().startsWith("https:")
            && matcher.group(3) != null
            && matcher.group(3).matches("/[^?]+")
            && !matcher.group(3).matches(".*/\\.{1,2}(/.*)?");
    if (hasSubstitution(text) || !path) {
      faults.add(text.at(), message, hint);
      return Optional.empty();
    }
    return is(text, message, hint) ? Optional.of(text.text()) : Optional.empty();
  }

  static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port > 0 && port < 65_536;
  }

  private boolean is(JsonText text, String message, String hint) {
    String address = text.text();
    if (USER.matcher(address).matches()) {
      faults.add(
          text.at(),
          "an address with a user or a password in front of the host",
          "hand a secret over in \"headers\", as a reference");
      return false;
    }
    if (address.indexOf('#') >= 0) {
      faults.add(
          text.at(), "an address with a fragment, which is sent to nobody", "cut it at \"#\"");
      return false;
    }
    Matcher matcher = ADDRESS.matcher(address);
    if (!matcher.matches()) {
      faults.add(text.at(), message, hint);
      return false;
    }
    if ((matcher.group(2) != null && !isPort(matcher.group(2))) || !isUri(address)) {
      faults.add(
          text.at(),
          "the host, the port or a character of this address is none",
          "ports are 1 to 65535, and \"%\" stands before two hexadecimal digits");
      return false;
    }
    if (address.startsWith("http:") && !PLAIN.matcher(address).matches()) {
      faults.add(
          text.at(),
          "without TLS everybody on the way reads it",
          "use https://; plain http is for this machine (localhost, 127.0.0.1, [::1])");
      return false;
    }
    return true;
  }

  /** Whether it is one by RFC 3986 whatever its references stand for, with a host, no fragment. */
  private static boolean isUri(String address) {
    StringBuilder text = new StringBuilder();
    try {
      for (Template.Part part : Template.parse(address).parts()) {
        text.append(part instanceof Template.Literal literal ? literal.text() : "x");
      }
      URI uri = new URI(text.toString());
      return uri.getHost() != null && uri.getRawFragment() == null;
    } catch (TemplateException e) {
      return true; // said with its own words, where the text is read as a template
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean hasSubstitution(JsonText text) {
    return text.text().contains("${");
  }
}
