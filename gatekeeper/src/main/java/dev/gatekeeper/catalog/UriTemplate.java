package dev.gatekeeper.catalog;

/**
 * Whether a URI could come from an RFC 6570 template.
 *
 * <p>It serves to find the server that a URI belongs to, not to judge: an expression stands for any
 * text. Runs in time proportional to the product of both lengths, without backtracking blow-up.
 */
final class UriTemplate {
  private UriTemplate() {}

  static boolean matches(String template, String uri) {
    int t = 0;
    int u = 0;
    int expressionEnd = -1; // where the template goes on after the last expression seen
    int retry = 0; // how much of the URI that expression has taken
    while (u < uri.length()) {
      int close =
          t < template.length() && template.charAt(t) == '{' ? template.indexOf('}', t) : -1;
      if (close >= 0) {
        expressionEnd = close + 1;
        retry = u;
        t = expressionEnd;
      } else if (t < template.length() && template.charAt(t) == uri.charAt(u)) {
        t++;
        u++;
      } else if (expressionEnd >= 0) {
        t = expressionEnd;
        u = ++retry;
      } else {
        return false;
      }
    }
    while (t < template.length() && template.charAt(t) == '{') {
      int close = template.indexOf('}', t);
      if (close < 0) {
        return false;
      }
      t = close + 1;
    }
    return t == template.length();
  }
}
