package dev.gatekeeper.vault;

import java.util.List;

/**
 * What one write changed, for the audit.
 *
 * @param what one word: {@code create}, {@code put}, {@code replace}, {@code remove}, {@code
 *     trust}, {@code identity}, {@code passphrase}, {@code rekey}; or {@code slot-add} or {@code
 *     slot-remove} with kind and label of the slot
 * @param names the secrets that it touched
 * @param generation of the file that was written
 * @param digest SHA-256 of that file, base64url
 */
public record Change(String what, List<String> names, long generation, String digest) {
  public Change {
    names = List.copyOf(names);
  }
}
