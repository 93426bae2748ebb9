package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.Template;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether literal text of a list looks like a secret: it starts as providers' tokens do, is named
 * like one, carries a password in a URL, or is random.
 *
 * <p>A wrong alarm costs one line of the list ({@code "literalSecret": "why"}); a miss is published
 * with the repository. Nothing of the text is ever repeated.
 */
public final class LiteralSecrets {
  /**
   * Characters that are looked at: longer literals are no tokens, and expressions take their time.
   */
  private static final int MAX_TEXT = 4_096;

  private static final Pattern KNOWN =
      Pattern.compile(
          "(^|[^A-Za-z0-9])("
              + "gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"
              + "|sk-[A-Za-z0-9_-]{16,}|[rs]k_(live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}"
              + "|xox[abeprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|A(KIA|SIA)[A-Z0-9]{16}"
              + "|AIza[A-Za-z0-9_-]{30,}|ya29\\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}"
              + "|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|SG\\.[A-Za-z0-9_-]{16,}"
              + "|lin_(api|oauth)_[A-Za-z0-9]{16,}|dop_v1_[a-f0-9]{32,}|sntr(ys|yu)_[A-Za-z0-9_+/=]{16,}"
              + "|shp(at|ca|pa|ss)_[a-fA-F0-9]{20,}|ntn_[A-Za-z0-9]{20,}|secret_[A-Za-z0-9]{30,}"
              + "|eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}|AGE-SECRET-KEY-1[A-Z0-9]{20,})");

  private static final Pattern PRIVATE_KEY = Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----");

  private static final Pattern URL_PASSWORD =
      Pattern.compile("[a-z][a-z0-9+.-]{0,20}://[^/?#\\s:@]{0,200}:[^/?#\\s@]{1,500}@");

  private static final String WORDS =
      "(token|secret|passwd|password|passphrase|credential|api_?key|apikey|access_?key|private_?key"
          + "|auth_?key|bearer)";

  private static final Pattern NAMED = Pattern.compile("(.*_)?" + WORDS + "s?(_.*)?");

  private static final Pattern ASSIGNED =
      Pattern.compile("(^|.*[?&\\s-])[a-z_]*" + WORDS + "s?[=:\\s]\\s*([^\\s&#]{8,}).*");

  /** What names of secrets are followed by and is none: a place, a switch, a number, a choice. */
  private static final Pattern HARMLESS =
      Pattern.compile("|true|false|[0-9]{1,7}|[a-z][a-z-]{0,15}|[./~].*|[a-z]+://[^@]*");

  private static final Pattern RANDOM = Pattern.compile("[A-Za-z0-9_+/=]{20,}");
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{32,}");

  private LiteralSecrets() {}

  /** Whether the literal text of {@code value} looks like one; its references do not count. */
  public static boolean suspects(String name, Template value) {
    StringBuilder literal = new StringBuilder();
    for (Template.Part part : value.parts()) {
      literal.append(part instanceof Template.Literal text ? text.text() : "/");
    }
    return suspects(value.hasSecrets() ? "" : name, literal.toString());
  }

  /**
   * Whether {@code value}, which is called {@code name} where that is not empty, looks like one.
   */
  public static boolean suspects(String name, String value) {
    String text = value.substring(0, Math.min(value.length(), MAX_TEXT));
    String plainName =
        name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT).replace('-', '_');
    if (!plainName.isEmpty()
        && NAMED.matcher(plainName).matches()
        && !HARMLESS.matcher(text).matches()) {
      return true;
    }
    String lower = text.toLowerCase(Locale.ROOT).replace('-', '_');
    return KNOWN.matcher(text).find()
        || PRIVATE_KEY.matcher(text).find()
        || URL_PASSWORD.matcher(text).find()
        || ASSIGNED.matcher(lower).matches()
        || RANDOM
            .matcher(text)
            .results()
            .anyMatch(run -> random(run.group()) && !digest(text, run.start()))
        || HEX.matcher(text).results().anyMatch(run -> !digest(text, run.start()));
  }

  /** {@code sha256:…} names content and hides nothing. */
  private static boolean digest(String text, int start) {
    return start > 0 && text.charAt(start - 1) == ':' && text.substring(0, start).contains("sha");
  }

  /** Letters and digits in no order: at least six changes between the two, 3.5 bits a character. */
  private static boolean random(String run) {
    if (run.chars().filter(c -> c == '/').count() * 8L > run.length()) {
      return false;
    }
    int changes = 0;
    int[] counts = new int[128];
    for (int i = 0; i < run.length(); i++) {
      counts[run.charAt(i)]++;
      boolean digit = Character.isDigit(run.charAt(i));
      if (i > 0 && digit != Character.isDigit(run.charAt(i - 1))) {
        changes++;
      }
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / run.length();
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return changes >= 6 && bits >= 3.5;
  }
}
