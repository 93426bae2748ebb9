package dev.gatekeeper.report.page;

import dev.gatekeeper.wire.Printable;
import java.io.IOException;
import java.io.Writer;
import java.util.OptionalLong;

/** Writes elements; every text that goes through here is escaped, and nothing else is foreign. */
final class Html {
  private final Writer out;

  Html(Writer out) {
    this.out = out;
  }

  /** Markup of our own. */
  Html raw(String markup) throws IOException {
    out.write(markup);
    return this;
  }

  /** Text of anybody. */
  Html text(String text) throws IOException {
    out.write(escape(text));
    return this;
  }

  /**
   * Safe between tags and in a quoted attribute. What could reorder or hide the text around it is
   * spelled out as on a terminal.
   */
  static String escape(String text) {
    return Printable.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  Html heads(String... names) throws IOException {
    raw("<div class=\"scroll\"><table class=\"sort\"><thead><tr>");
    for (String name : names) {
      boolean number = name.startsWith("#");
      raw(number ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">");
      text(number ? name.substring(1) : name).raw("</th>");
    }
    return raw("</tr></thead><tbody>\n");
  }

  Html endTable() throws IOException {
    return raw("</tbody></table></div>\n");
  }

  Html cell(String text) throws IOException {
    return raw("<td>").text(text).raw("</td>");
  }

  /** What others named. */
  Html name(String text) throws IOException {
    return raw("<td class=\"name\">").text(text).raw("</td>");
  }

  /** What must not be broken into lines. */
  Html fixed(String text) throws IOException {
    return raw("<td class=\"fixed\">").text(text).raw("</td>");
  }

  /** A result, marked where it is not the usual one. */
  Html result(String result) throws IOException {
    boolean usual = result.isEmpty() || result.equals("ok");
    return raw(usual ? "<td>" : "<td class=\"bad\">").text(result).raw("</td>");
  }

  Html number(long value) throws IOException {
    return number(OptionalLong.of(value), Long.toString(value));
  }

  /** A number in words, by which the column is sorted. */
  Html number(OptionalLong value, String shown) throws IOException {
    return raw("<td class=\"number\" data-value=\"" + value.orElse(-1) + "\">")
        .text(shown)
        .raw("</td>");
  }

  /** A part of a whole as a bar. */
  Html bar(long part, long whole) throws IOException {
    long width =
        whole <= 0 ? 0 : Math.clamp(Math.round(120.0 * part / whole), part > 0 ? 1 : 0, 120);
    return raw("<td><svg width=\"120\" height=\"10\" role=\"img\" aria-label=\"")
        .text(part + " of " + whole)
        .raw("\"><rect width=\"120\" height=\"10\"/><rect class=\"part\" width=\"" + width)
        .raw("\" height=\"10\"/></svg></td>");
  }
}
