package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import java.util.Collection;
import java.util.stream.Collectors;

/** A program pin that is new, in a line that a person can read: the lock itself has all of it. */
final class PinWords {
  private PinWords() {}

  static String of(ProgramPin pin) {
    return switch (pin) {
      case ProgramPin.Npm npm ->
          "npm package %s %s, %s"
              .formatted(npm.name(), npm.version(), count(npm.tree().size(), "package"));
      case ProgramPin.Python python ->
          "Python package %s %s, %s"
              .formatted(python.name(), python.version(), count(python.wheels().size(), "wheel"));
      case ProgramPin.Binary binary ->
          "program "
              + binary.program()
              + (binary.files().isEmpty() ? "" : ", code " + digests(binary.files().values()));
      case ProgramPin.Script script ->
          "code " + digests(script.files().values()) + " run by " + script.interpreter();
      case ProgramPin.Image image ->
          "image " + image.digest() + (image.local() ? " of this machine alone" : "");
      case ProgramPin.Unpinned unpinned -> "none: " + unpinned.why();
    };
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s") + " in all";
  }

  private static String digests(Collection<Digest> digests) {
    return digests.stream().map(Digest::toString).collect(Collectors.joining(", "));
  }
}
