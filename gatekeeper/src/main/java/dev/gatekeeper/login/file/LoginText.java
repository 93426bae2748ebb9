package dev.gatekeeper.login.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.vault.text.Base64Url;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The text of a login's file, as {@code docs/login-format.md} has it. What a reader accepts, it
 * would write back byte for byte.
 */
final class LoginText {
  static final String VERSION = "gatekeeper-login/1";
  static final String SEALED = "sealed ";

  private static final Pattern LINE = Pattern.compile("\n");
  private static final int MAX_SECONDS_DIGITS = 11;

  private LoginText() {}

  /** All lines before that of the sealed part: what is bound to it. */
  static byte[] header(LoginHeader header) {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    line(text, "login", header.login());
    line(text, "resource", header.resource());
    line(text, "issuer", header.issuer());
    line(text, "sequence", Long.toString(header.sequence()));
    header.expires().ifPresent(at -> line(text, "expires", seconds(at)));
    header.attempt().ifPresent(at -> line(text, "attempt", seconds(at)));
    if (!header.scopes().isEmpty()) {
      line(text, "scope", String.join(" ", header.scopes()));
    }
    return text.toString().getBytes(US_ASCII);
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new IllegalArgumentException(name + " holds what no line may hold");
    }
    text.append(name).append(' ').append(value).append('\n');
  }

  private static String seconds(Instant at) {
    return Long.toString(Math.max(0, at.getEpochSecond()));
  }

  /** A whole file. */
  static byte[] write(LoginFile file) {
    byte[] header = header(file.header());
    byte[] sealed = (SEALED + Base64Url.of(file.sealed()) + "\n").getBytes(US_ASCII);
    byte[] all = Arrays.copyOf(header, header.length + sealed.length);
    System.arraycopy(sealed, 0, all, header.length, sealed.length);
    return all;
  }

  /**
   * Takes a file apart.
   *
   * @throws IOException where it is none
   */
  static LoginFile parse(byte[] bytes) throws IOException {
    try {
      String text = new String(bytes, US_ASCII);
      List<String> lines = LINE.splitAsStream(text).toList();
      Iterator<String> at = lines.iterator();
      if (!at.next().equals(VERSION)) {
        throw malformed();
      }
      Peek rest = new Peek(at);
      LoginHeader header =
          new LoginHeader(
              rest.required("login "),
              rest.required("resource "),
              rest.required("issuer "),
              number(rest.required("sequence ")),
              rest.optional("expires ").map(LoginText::instant),
              rest.optional("attempt ").map(LoginText::instant),
              scopes(rest.optional("scope ")));
      LoginFile file = new LoginFile(header, Base64Url.parse(rest.required(SEALED)));
      if (!Arrays.equals(write(file), bytes)) {
        throw malformed();
      }
      return file;
    } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
      throw malformed();
    }
  }

  private static IOException malformed() {
    return new IOException("the file of a login is malformed");
  }

  private static long number(String text) {
    if (!text.matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException("no number");
    }
    return Long.parseLong(text);
  }

  private static Instant instant(String text) {
    if (text.length() > MAX_SECONDS_DIGITS || !text.matches("[0-9]+")) {
      throw new IllegalArgumentException("no time");
    }
    return Instant.ofEpochSecond(Long.parseLong(text));
  }

  private static SortedSet<String> scopes(Optional<String> text) {
    return new TreeSet<>(text.map(words -> List.of(words.split(" ", -1))).orElse(List.of()));
  }

  /** Lines one by one, some of which may be missing. */
  private static final class Peek {
    private final Iterator<String> lines;
    private Optional<String> next = Optional.empty();

    Peek(Iterator<String> lines) {
      this.lines = lines;
    }

    String required(String name) {
      return optional(name).orElseThrow(() -> new IllegalArgumentException("no " + name));
    }

    Optional<String> optional(String name) {
      String line = next.isPresent() ? next.get() : lines.next();
      if (line.startsWith(name)) {
        next = Optional.empty();
        return Optional.of(line.substring(name.length()));
      }
      next = Optional.of(line);
      return Optional.empty();
    }
  }
}
