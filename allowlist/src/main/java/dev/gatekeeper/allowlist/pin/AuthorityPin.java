package dev.gatekeeper.allowlist.pin;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The file of certificates that an entry names as {@code ca}: whoever changes it changes who may be
 * the server, so the lock has its digest. It stands among the pins, where a program has platforms.
 */
public final class AuthorityPin {
  /** Its name there. */
  public static final String NAME = "ca";

  private AuthorityPin() {}

  /**
   * The pins of a remote server.
   *
   * @param digest {@code sha256:} and 64 hexadecimal digits, of the file's bytes
   */
  public static SortedMap<String, Json> of(String digest) {
    return new TreeMap<>(Map.of(NAME, new Json.JsonText(new At(0, 0, 0, 0), digest)));
  }

  /** The digest among these pins; empty where there is none. */
  public static Optional<String> in(SortedMap<String, Json> pins) {
    return Optional.ofNullable(pins.get(NAME)).flatMap(Json::string);
  }
}
