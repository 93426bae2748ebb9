package dev.gatekeeper.cli.vault;

import dev.gatekeeper.fingerprint.print.Imprint;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.redaction.Strength;
import dev.gatekeeper.vault.key.SecretValue;
import java.util.Optional;

/**
 * How strong a value is, in words for the person who stores it. It tells length and bits, and
 * nothing of the value.
 *
 * @param words for a parenthesis
 * @param recognisable whether it can be masked: the same judgement as at a launch
 * @param warning what is wrong with it, where something is
 */
record StrengthText(String words, boolean recognisable, Optional<String> warning) {
  static StrengthText of(SecretValue value) {
    int[] bits = new int[1];
    boolean[] strong = new boolean[1];
    boolean[] printed = new boolean[1];
    value.revealTo(
        bytes -> {
          bits[0] = Strength.bits(bytes);
          printed[0] = Imprint.isStrong(bytes);
          strong[0] = Redactor.isRecognisable(bytes);
        });
    return new StrengthText(
        value.length()
            + " bytes, at most about "
            + bits[0]
            + (printed[0] ? " bits" : " bits, without a fingerprint"),
        strong[0],
        warning(strong[0], bits[0]));
  }

  private static Optional<String> warning(boolean recognisable, int bits) {
    if (!recognisable) {
      return Optional.of(
          "too weak to be masked ("
              + Redactor.MIN_LENGTH
              + " bytes are the least, not all alike); no server is launched with it");
    }
    return bits < Strength.WEAK_BITS
        ? Optional.of(
            "weak: below " + Strength.WEAK_BITS + " bits a value can be guessed from its hash")
        : Optional.empty();
  }
}
