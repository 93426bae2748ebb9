package dev.gatekeeper.redaction.reading;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;

/** The names of HTML for characters that a value may have. */
final class Entities {
  /** Of the printable ASCII characters, by the names that HTML gives them. */
  private static final Map<String, Integer> ENTITIES =
      Map.ofEntries(
          Map.entry("Tab", 9),
          Map.entry("NewLine", 10),
          Map.entry("nbsp", 0xa0),
          Map.entry("excl", 33),
          Map.entry("quot", 34),
          Map.entry("QUOT", 34),
          Map.entry("num", 35),
          Map.entry("dollar", 36),
          Map.entry("percnt", 37),
          Map.entry("amp", 38),
          Map.entry("AMP", 38),
          Map.entry("apos", 39),
          Map.entry("lpar", 40),
          Map.entry("rpar", 41),
          Map.entry("ast", 42),
          Map.entry("plus", 43),
          Map.entry("comma", 44),
          Map.entry("period", 46),
          Map.entry("sol", 47),
          Map.entry("colon", 58),
          Map.entry("semi", 59),
          Map.entry("lt", 60),
          Map.entry("LT", 60),
          Map.entry("equals", 61),
          Map.entry("gt", 62),
          Map.entry("GT", 62),
          Map.entry("quest", 63),
          Map.entry("commat", 64),
          Map.entry("lsqb", 91),
          Map.entry("lbrack", 91),
          Map.entry("bsol", 92),
          Map.entry("rsqb", 93),
          Map.entry("rbrack", 93),
          Map.entry("Hat", 94),
          Map.entry("lowbar", 95),
          Map.entry("grave", 96),
          Map.entry("lcub", 123),
          Map.entry("lbrace", 123),
          Map.entry("verbar", 124),
          Map.entry("vert", 124),
          Map.entry("rcub", 125),
          Map.entry("rbrace", 125));

  private Entities() {}

  /** The code point of the name in {@code text[from, to)}, or -1. */
  static int point(byte[] text, int from, int to) {
    return ENTITIES.getOrDefault(new String(text, from, to - from, ISO_8859_1), -1);
  }
}
