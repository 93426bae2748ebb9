package dev.gatekeeper.allowlist.reference;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The sources that a reference may name, and the names that each takes.
 *
 * <p>A name becomes an argument of the source's own program, or a path: no part of it begins with
 * {@code -} or is {@code ..}, and it holds no control character, no quote and no brace.
 */
public enum Scheme {
  SECRET(Part.OURS, "secret:NAME"),
  TEAM(Part.OURS, "team:NAME"),
  PASS(Part.ONE + "(/" + Part.ONE + "){0,15}", "pass:FOLDER/NAME"),
  OP("//" + Part.ONE + "(/" + Part.ONE + "){2,3}", "op://VAULT/ITEM/FIELD"),
  KEYCHAIN(Part.ONE + "/" + Part.ONE, "keychain:SERVICE/ACCOUNT"),
  LIBSECRET(Part.PAIR + "(," + Part.PAIR + "){0,7}", "libsecret:ATTRIBUTE=VALUE,…"),
  BITWARDEN("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "bitwarden:ID-OF-THE-ITEM"),
  DOPPLER(
      "[a-z0-9][a-z0-9_-]{0,63}/[a-z0-9][a-z0-9_.-]{0,63}/" + Part.VARIABLE, "doppler:P/C/NAME"),
  VAULT(Part.ONE + "(/" + Part.ONE + "){1,15}#" + Part.ONE, "vault:MOUNT/PATH#FIELD"),
  AWS_SM(Part.ARN + "[A-Za-z0-9][A-Za-z0-9/_+=.@-]{0,255}(#" + Part.ONE + ")?", "aws-sm:NAME"),
  AGE(Part.FILE, "age:FILE"),
  SOPS(Part.FILE + "#" + Part.ONE + "(/" + Part.ONE + "){0,15}", "sops:FILE#KEY/KEY"),
  ENV(Part.VARIABLE, "env:VARIABLE"),
  EXEC("[a-z0-9][a-z0-9-]{0,31}(/" + Part.ONE + "){0,15}", "exec:ROW/NAME");

  /** Of which names consist. */
  private static final class Part {
    /** {@code a/b.c-d_e}: what a file system, a URL and an audit record all carry unescaped. */
    static final String OURS =
        "[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,7}";

    /** A dot, but not two, and no dash at the front. */
    static final String ONE = "\\.?[A-Za-z0-9_@+]([A-Za-z0-9_@+., -]{0,126}[A-Za-z0-9_@+.-])?";

    static final String FILE = "(~/|/)?" + ONE + "(/" + ONE + "){0,31}";
    static final String PAIR = "[A-Za-z][A-Za-z0-9_.:-]{0,63}=[A-Za-z0-9_@+./][A-Za-z0-9_@+./:-]*";

    /** The one place of a colon: the AWS CLI sends the content of what {@code file://} names. */
    static final String ARN =
        "(arn:aws[a-z-]{0,16}:secretsmanager:[a-z0-9-]{1,32}:[0-9]{12}:secret:)?";

    static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]{0,127}";
  }

  /** Compiled where it is needed: most lists name one source. */
  private final String name;

  private final String form;
  private final String word;

  Scheme(String name, String form) {
    this.name = name;
    this.form = form;
    this.word = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What stands before the colon. */
  public String word() {
    return word;
  }

  /** How a reference to it is written. */
  public String form() {
    return form;
  }

  /** Whether {@code text} can follow the colon. */
  public boolean accepts(String text) {
    return text.length() <= 512 && Pattern.matches(name, text);
  }

  /** The scheme that is written {@code word}. */
  public static Optional<Scheme> named(String word) {
    for (Scheme scheme : values()) {
      if (scheme.word.equals(word)) {
        return Optional.of(scheme);
      }
    }
    return Optional.empty();
  }
}
