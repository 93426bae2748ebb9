package dev.gatekeeper.allowlist;

import java.time.LocalDate;
import java.util.Optional;

/**
 * Why an entry exists, who answers for it and until when it counts.
 *
 * @param expires the last day on which it counts
 */
public record Review(Optional<String> reason, Optional<String> owner, Optional<LocalDate> expires) {
  /** Whether the entry no longer counts on {@code today}. */
  public boolean expired(LocalDate today) {
    return expires.isPresent() && today.isAfter(expires.get());
  }
}
