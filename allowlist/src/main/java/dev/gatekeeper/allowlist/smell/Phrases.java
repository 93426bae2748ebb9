package dev.gatekeeper.allowlist.smell;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Words that smell, matched in linear time. */
final class Phrases {
  /** Characters of one text that are searched; that it goes on is a smell by itself. */
  private static final int MAX_TEXT = 65_536;

  /** Characters of one excerpt. */
  private static final int MAX_EXCERPT = 80;

  private record Phrase(String what, Pattern pattern) {
    static Phrase of(String what, String expression) {
      return new Phrase(what, Pattern.compile("(?is)" + expression));
    }
  }

  /** Tokens alone are also what a model counts, and what a page of a list has. */
  private static final String TOKENS =
      "(access|auth|bearer|session)[ _-]?tokens?"
          + "|(all|any|every|your|their|user['’]?s?)\\s+(\\w+\\s+){0,3}tokens?";

  private static final String SECRETS =
      "(api[ _-]?keys?|passwords?|passphrases?|credentials?|private[ _-]?keys?|ssh[ _-]?keys?"
          + "|secrets?|environment variables|id_rsa|\\.ssh\\b"
          + "|(conversation|chat)( history)?|system prompt|"
          + TOKENS
          + ")";

  private static final List<Phrase> PHRASES =
      List.of(
          Phrase.of(
              "tells the model to drop its instructions",
              "\\b(ignore|disregard|forget|override|bypass)\\s+((all|any|the|your|every|of|other)\\s+)*"
                  + "(previous|prior|above|earlier|preceding|system|existing|safety)\\s+"
                  + "(\\w+\\s+)?(instructions?|prompts?|rules?|messages?|directions?|guidelines?"
                  + "|context|policy|policies)"),
          Phrase.of(
              "hides something from the person",
              "\\b(do not|don['’]?t|never|without|must not|avoid)\\s+(\\w+\\s+)?"
                  + "(tell|telling|inform|informing|notify|notifying|mention|mentioning|alert|alerting"
                  + "|reveal|revealing|show|showing|disclose|disclosing|ask|asking)\\s+"
                  + "((it|this|that|anything|to|about|of|from|them)\\s+){0,3}(the\\s+|your\\s+)?"
                  + "(user|human|person|operator)s?\\b"),
          Phrase.of(
              "speaks as if it were the client or the system",
              "<\\s*/?\\s*(important|system|instructions?|assistant|secret|hidden|admin|override)\\b[^>]{0,40}>|\\[/?INST\\]|<\\|[a-z_]{2,20}\\|>|\\b(system|developer)"
                  + " (override|message):"),
          Phrase.of(
              "asks for secrets to be sent on",
              "\\b(send|post|upload|forward|exfiltrate|transmit|leak|append|attach|include|pass|e-?mail)\\b[^.\\n"
                  + "]{0,60}\\b"
                  + SECRETS
                  + "\\b"),
          Phrase.of(
              "asks for files that hold secrets",
              "(~|\\$HOME|/home/\\w+|/root)/\\.(ssh|aws|gnupg|kube|netrc|npmrc|docker)\\b|\\bid_(rsa|ed25519)\\b"
                  + "|/etc/(passwd|shadow)\\b|\\.cursor/mcp\\.json|\\.mcp\\.json\\b|\\bauthorized_keys\\b"
                  + "|\\B\\.(env|netrc|npmrc|pypirc|pgpass|git-credentials)\\b"
                  + "|\\bcredentials\\.json\\b"),
          Phrase.of(
              "wants something done before or beside every call",
              "\\b(before|whenever|each time|every"
                  + " time|after)\\s+(you\\s+)?(us(e|ing)|call(ing)?|invok(e|ing)|run(ning)?)\\s+(this|any|an?y?"
                  + " ?other|every|all)\\s+(\\w+\\s+)?tools?\\b[^.\\n"
                  + "]{0,40}\\b(must|should|always|read|call|first)\\b"),
          Phrase.of(
              "wants to be used in the place of other tools",
              "\\b(instead of|rather than|in place"
                  + " of|over)\\s+(any|all|the|every)\\s+other\\s+(\\w+\\s+)?(tools?|servers?)\\b|\\bdo"
                  + " not use (any|the) other tools?\\b"),
          Phrase.of("an image or comment that is not seen as text", "!\\[[^\\]]{0,80}\\]\\(|<!--"),
          Phrase.of(
              "a block of encoded data",
              "\\b[A-Za-z0-9+/]{100,}={0,2}|\\b[0-9a-f]{64,}\\b|(\\\\x[0-9a-f]{2}){8}"
                  + "|data:[a-z]+/[a-z0-9.+-]+;base64,"));

  private static final Pattern NEGATION =
      Pattern.compile("(?is)\\b(do not|don['’]?t|never|must not|should not)\\s+$");

  private static final Pattern URL =
      Pattern.compile("(?i)\\b(https?|wss?|ftp)://([^\\s/\"'<>`)\\]}]{1,200})");

  /** Addresses that are reserved for examples, or that name a schema. */
  private static final Pattern HARMLESS_HOST =
      Pattern.compile(
          "(?i)(.*\\.)?(example\\.(com|org|net)|example|invalid|test|localhost|json-schema\\.org)(:[0-9]+)?[.,;:]*"
              + "|127\\.0\\.0\\.1(:[0-9]+)?");

  /** A word of letters that look alike and are not: Latin beside Cyrillic or Greek. */
  private static final Pattern MIXED =
      Pattern.compile(
          "\\pL*(\\p{Latin}{2}[\\p{Cyrillic}\\p{Greek}]|[\\p{Cyrillic}\\p{Greek}]\\p{Latin}{2})\\pL*");

  private Phrases() {}

  static List<Smell> smells(String pointer, String source) {
    List<Smell> found = new ArrayList<>();
    Plain plain = Plain.of(source.substring(0, Math.min(MAX_TEXT, source.length())));
    for (Phrase phrase : PHRASES) {
      Matcher matcher = phrase.pattern().matcher(plain.text());
      while (matcher.find()) {
        if (!isForbidden(plain.text(), matcher.start())) {
          found.add(smell(pointer, phrase.what(), plain, matcher));
          break;
        }
      }
    }
    Matcher mixed = MIXED.matcher(plain.text());
    if (mixed.find()) {
      found.add(smell(pointer, "letters of two alphabets in one word", plain, mixed));
    }
    Set<String> hosts = new HashSet<>();
    Matcher url = URL.matcher(plain.text());
    while (url.find()) {
      String host = url.group(2);
      if (!HARMLESS_HOST.matcher(host).matches() && hosts.add(host)) {
        found.add(smell(pointer, "names an address", plain, url));
      }
    }
    return found;
  }

  /** "Never send passwords" is the contrary of what is looked for. */
  private static boolean isForbidden(String text, int start) {
    return NEGATION.matcher(text.substring(Math.max(0, start - 12), start)).find();
  }

  private static Smell smell(String pointer, String what, Plain plain, Matcher matcher) {
    int end = Math.min(matcher.end(), matcher.start() + MAX_EXCERPT);
    return new Smell(
        pointer, plain.origin(matcher.start()), what, plain.text().substring(matcher.start(), end));
  }
}
