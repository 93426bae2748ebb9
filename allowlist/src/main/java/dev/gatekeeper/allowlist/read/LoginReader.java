package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.OAuth.Grant;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads {@code oauth} of an entry. What contradicts itself is a problem, not a guess. */
final class LoginReader {
  private static final Pattern LOGIN = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?");

  /** RFC 6749, section 3.3; the length is ours. */
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,256}");

  /** RFC 6749, appendix A.1; the length is ours. */
  private static final Pattern CLIENT = Pattern.compile("[\\x21-\\x7e]{1,1024}");

  private final Fields fields;
  private final Faults faults;
  private final Values values;
  private final Addresses addresses;

  LoginReader(Fields fields, Faults faults, Values values, Addresses addresses) {
    this.fields = fields;
    this.faults = faults;
    this.values = values;
    this.addresses = addresses;
  }

  /** How one logs in at {@code url}, where that is an address. */
  OAuth login(Optional<Template> url, SortedMap<String, Template> headers) {
    Grant grant = grant();
    SortedSet<String> scopes =
        new TreeSet<>(
            fields.each(
                "scopes",
                scope -> SCOPE.matcher(scope).matches(),
                "a scope is ASCII without blanks, quotes and backslashes",
                "one scope a string"));
    Optional<String> issuer = fields.text("issuer").flatMap(addresses::issuer);
    Optional<String> clientId = fields.text("clientId").flatMap(this::client);
    Optional<Reference> secret = fields.text("clientSecret").flatMap(this::secret);
    Optional<String> document = fields.text("clientMetadata").flatMap(addresses::document);
    OptionalInt port = fields.number("redirectPort", 1, 65_535);
    contradictions(grant, headers);
    return new OAuth(
        name(url),
        grant,
        scopes,
        issuer,
        clientId,
        secret,
        document,
        port.isPresent() ? Optional.of(port.getAsInt()) : Optional.empty());
  }

  private String name(Optional<Template> url) {
    Optional<JsonText> written = fields.text("login");
    String name =
        written.map(JsonText::text).orElseGet(() -> url.map(HttpServer::login).orElse("x"));
    if (!LOGIN.matcher(name).matches()) {
      faults.add(
          written.map(Json::at).orElseGet(fields::at),
          written.isPresent()
              ? "a login's name is a-z, 0-9, \".\" and \"-\", at most 64"
              : "the host is no name of a login",
          written.isPresent() ? "" : "name it: \"login\": \"NAME\"");
    }
    return name;
  }

  private Grant grant() {
    Optional<JsonText> text = fields.text("grant");
    return switch (text.map(JsonText::text).orElse("authorization_code")) {
      case "authorization_code" -> Grant.AUTHORIZATION_CODE;
      case "client_credentials" -> Grant.CLIENT_CREDENTIALS;
      default -> {
        faults.add(
            text.orElseThrow().at(),
            "\"grant\" must be \"authorization_code\" or \"client_credentials\"");
        yield Grant.AUTHORIZATION_CODE;
      }
    };
  }

  private Optional<String> client(JsonText text) {
    if (!CLIENT.matcher(text.text()).matches()
        || text.text().contains("${")
        || Template.refersToSecret(text.text())) {
      faults.add(
          text.at(),
          "\"clientId\" must be the client's id itself: ASCII without blanks",
          "it is no secret; the client's secret is \"clientSecret\"");
      return Optional.empty();
    }
    return Optional.of(text.text());
  }

  private Optional<Reference> secret(JsonText text) {
    Optional<Template> template = values.remote(text);
    if (template.isPresent()
        && template.get().parts().size() == 1
        && template.get().parts().getFirst() instanceof Reference reference) {
      return Optional.of(reference);
    }
    if (template.isPresent()) {
      faults.add(
          text.at(), "\"clientSecret\" must be one secret as a whole", "write \"secret:NAME\"");
    }
    return Optional.empty();
  }

  private void contradictions(Grant grant, SortedMap<String, Template> headers) {
    boolean credentials = grant == Grant.CLIENT_CREDENTIALS;
    boolean client = fields.any("clientId").isPresent();
    boolean document = fields.any("clientMetadata").isPresent();
    if (headers.containsKey("authorization")) {
      faults.add(
          fields.at(), "a header \"Authorization\" and a login contradict each other", "keep one");
    }
    if (credentials && !(client && fields.any("clientSecret").isPresent())) {
      faults.add(
          fields.at(),
          "\"client_credentials\" needs \"clientId\" and \"clientSecret\"",
          "without a person nothing else says who asks");
    } else if (!client && fields.any("clientSecret").isPresent()) {
      faults.add(fields.at(), "\"clientSecret\" without the \"clientId\" that it belongs to");
    }
    if (document && (client || credentials)) {
      faults.add(
          fields.at(),
          "\"clientMetadata\" is a client of its own",
          credentials ? "remove it" : "remove it, or \"clientId\"");
    }
    if (credentials && fields.any("redirectPort").isPresent()) {
      faults.add(
          fields.at(), "\"redirectPort\" is for a browser, which nobody opens here", "remove it");
    }
  }
}
