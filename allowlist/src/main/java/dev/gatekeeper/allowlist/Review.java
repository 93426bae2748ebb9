package dev.gatekeeper.allowlist;

import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why an entry exists, who answers for it and until when it counts.
 *
 * @param expires the last day on which it counts
 * @param personal whether it stands on a person's own list
 */
public record Review(
    Optional<String> reason,
    Optional<String> owner,
    Optional<LocalDate> expires,
    boolean personal) {
  /** A text with commands about a project's list, as they are typed for a person's own. */
  public static String personally(String text) {
    return Pattern.compile(
            "gatekeeper allowlist (?:add|check|diff|import|install|lock|show|trust)\\b"
                + "(?! --personal)")
        .matcher(text)
        .replaceAll("$0 --personal");
  }

  /** The same, as they are typed for the list that the entry stands on. */
  public String typed(String text) {
    return personal ? personally(text) : text;
  }

  /** Whether the entry no longer counts on {@code today}. */
  public boolean expired(LocalDate today) {
    return expires.isPresent() && today.isAfter(expires.get());
  }
}
