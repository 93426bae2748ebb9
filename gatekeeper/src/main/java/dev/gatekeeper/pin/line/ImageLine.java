package dev.gatekeeper.pin.line;

import java.util.List;
import java.util.Set;

/** The arguments of {@code docker run} and its like, as far as to find the image. */
final class ImageLine {
  /** Options without a value; all others have one. */
  private static final Set<String> FLAGS =
      Set.of(
          """
          --rm --interactive --tty --init --privileged --read-only --publish-all --no-healthcheck
          --oom-kill-disable --detach --quiet --replace --rmi --tls-verify\
          """
              .split("\\s+"));

  /** One-letter options without a value. */
  private static final String LETTERS = "itdqP";

  private ImageLine() {}

  static Start read(List<String> args) {
    int i = 1;
    while (i < args.size() && args.get(i).startsWith("-") && !args.get(i).equals("--")) {
      i += hasValueBehind(args.get(i)) ? 2 : 1;
    }
    if (i < args.size() && args.get(i).equals("--")) {
      i++;
    }
    if (i >= args.size() || args.get(i).isBlank() || args.get(i).contains("${")) {
      return new Start.Unknown("the line names no image", Unpinnable.DECLARE);
    }
    return new Start.Image(i, args.get(i));
  }

  private static boolean hasValueBehind(String option) {
    if (option.startsWith("--")) {
      return !option.contains("=") && !FLAGS.contains(option);
    }
    // -it is two flags; -eNAME has its value with it; -e has it behind.
    for (int at = 1; at < option.length(); at++) {
      if (LETTERS.indexOf(option.charAt(at)) < 0) {
        return at == option.length() - 1;
      }
    }
    return false;
  }
}
