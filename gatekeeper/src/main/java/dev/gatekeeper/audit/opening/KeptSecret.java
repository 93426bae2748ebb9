package dev.gatekeeper.audit.opening;

import dev.gatekeeper.audit.record.Line;
import java.util.List;

/**
 * A secret whose value stood in the arguments of a call, where it is masked now.
 *
 * @param reference by which it was known, such as {@code secret:github/token}
 * @param prints what tells its value from others to whoever opens the vault, base64url; several
 *     where the session knew several values by this reference, none where there is no vault
 */
public record KeptSecret(String reference, List<String> prints) {
  public KeptSecret {
    prints = List.copyOf(prints);
  }

  /** As an opening holds them, and as the record's digest is of them. */
  static byte[] text(List<KeptSecret> secrets) {
    Line line = new Line().raw("[");
    for (int i = 0; i < secrets.size(); i++) {
      KeptSecret secret = secrets.get(i);
      line.raw(i == 0 ? "{\"reference\":\"" : ",{\"reference\":\"").text(secret.reference);
      line.raw("\",\"prints\":[");
      for (int j = 0; j < secret.prints.size(); j++) {
        line.raw(j == 0 ? "\"" : ",\"").text(secret.prints.get(j)).raw("\"");
      }
      line.raw("]}");
    }
    return line.raw("]").bytes();
  }
}
