package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.Access;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Lifetime;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.TransportHeaders;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what an entry says of a remote server: where it is, and what is sent to it. */
final class RemoteReader {
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
  private static final Pattern PROXY =
      Pattern.compile("http://([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]):([0-9]{1,5})");

  private final Fields fields;
  private final Faults faults;
  private final Values values;
  private final Addresses addresses;

  RemoteReader(Fields fields, Faults faults, Values values) {
    this.fields = fields;
    this.faults = faults;
    this.values = values;
    this.addresses = new Addresses(faults);
  }

  Optional<Server> server(String name, Review review, Access access, Lifetime lifetime) {
    if (fields.any("url").isEmpty()) {
      fields.missing("url", "an http entry has the address of the server");
    }
    Optional<JsonText> text = fields.text("url");
    Optional<Template> url = text.filter(addresses::isServer).flatMap(values::remote);
    SortedMap<String, Template> headers = headers();
    Optional<OAuth> oauth =
        fields.nested(
            "oauth",
            nested -> new LoginReader(nested, faults, values, addresses).login(url, headers));
    Optional<Template> ca = fields.text("ca").flatMap(values::file);
    Optional<String> proxy = fields.text("proxy").flatMap(this::proxy);
    if (text.isPresent() && url.isPresent() && !text.get().text().startsWith("https:")) {
      withoutTls("ca", "without TLS there is no certificate to check");
      withoutTls("proxy", "plain http does not go through a proxy");
    }
    Optional<String> literalSecret = fields.prose("literalSecret");
    return url.map(
        address ->
            new HttpServer(
                name, review, access, address, headers, literalSecret, lifetime, oauth, ca, proxy));
  }

  private void withoutTls(String key, String message) {
    fields.any(key).ifPresent(value -> faults.add(value.at(), message, "remove \"" + key + "\""));
  }

  private SortedMap<String, Template> headers() {
    SortedMap<String, Template> headers = new TreeMap<>();
    for (Member member : fields.members("headers")) {
      String name = member.name().toLowerCase(Locale.ROOT);
      if (headers.containsKey(name)) {
        faults.add(
            member.nameAt(),
            "\"" + Spelling.shown(member.name()) + "\" stands here twice",
            "letter case makes no difference in the name of a header");
      } else {
        header(name, member).ifPresent(value -> headers.put(name, value));
      }
    }
    return headers;
  }

  private Optional<Template> header(String name, Member member) {
    if (!HEADER.matcher(member.name()).matches()) {
      faults.add(member.nameAt(), "\"" + Spelling.shown(member.name()) + "\" cannot name a header");
      return Optional.empty();
    }
    if (TransportHeaders.contains(name)) {
      faults.add(
          member.nameAt(),
          "the header \"" + Spelling.shown(member.name()) + "\" belongs to the transport",
          "leave it out");
      return Optional.empty();
    }
    if (!(member.value() instanceof JsonText text) || Values.hasControls(text.text())) {
      faults.add(
          member.value().at(), "a header's value must be a string without control characters");
      return Optional.empty();
    }
    if (text.text().chars().anyMatch(c -> c > '~')) {
      faults.add(
          text.at(),
          "a header's value must be ASCII",
          "servers read other letters in different ways");
      return Optional.empty();
    }
    if (!text.text().equals(text.text().strip()) || text.text().isEmpty()) {
      faults.add(text.at(), "a header's value is not empty, and has no blanks around it");
      return Optional.empty();
    }
    return values.remote(text);
  }

  private Optional<String> proxy(JsonText text) {
    Matcher matcher = PROXY.matcher(text.text());
    if (!matcher.matches() || !Addresses.isPort(matcher.group(2))) {
      boolean user = text.text().contains("@");
      faults.add(
          text.at(),
          user
              ? "a proxy that asks for a user or a password cannot be used"
              : "\"proxy\" must be http://HOST:PORT",
          user ? "write http://HOST:PORT of one that does not ask" : "e.g. http://proxy.corp:3128");
      return Optional.empty();
    }
    return Optional.of(text.text());
  }
}
