package dev.gatekeeper.vault.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the one form of a line-based text: each line ends with LF, words are divided by one space,
 * numbers and base64url are canonical. Says where it failed, never what stood there.
 */
public final class LineReader {
  private static final int MAX_LINES = 20_000; // 16,384 parts, and a header
  private static final int MAX_WORDS = 32;

  private final String what;
  private final List<String> lines;
  private int next;

  /**
   * Of a whole text.
   *
   * @param what names the text in messages
   */
  public LineReader(String what, byte[] bytes) throws VaultException {
    this.what = what;
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new VaultException(what + ": not UTF-8");
    }
    if (!text.endsWith("\n")) {
      throw new VaultException(what + ": the last line has no end: cut off?");
    }
    this.lines = split(text);
  }

  private List<String> split(String text) throws VaultException {
    List<String> split = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      split.add(text.substring(start, end));
      start = end + 1;
      if (split.size() > MAX_LINES) {
        throw new VaultException(what + ": more than " + MAX_LINES + " lines");
      }
    }
    return split;
  }

  /** Whether a line is left. */
  public boolean hasNext() {
    return next < lines.size();
  }

  /** Whether the next line begins with this word. */
  public boolean nextIs(String word) {
    return hasNext() && (lines.get(next).equals(word) || lines.get(next).startsWith(word + " "));
  }

  /** The next line, whole. */
  public String line() throws VaultException {
    if (!hasNext()) {
      throw new VaultException(what + ": ends after line " + lines.size() + ": cut off?");
    }
    return lines.get(next++);
  }

  /** The words after {@code first} in the next line, at least {@code least} of them. */
  public List<String> words(String first, int least, int most) throws VaultException {
    String[] words = line().split(" ", -1);
    if (!words[0].equals(first)) {
      throw fault("expected \"" + first + "\"");
    }
    if (words.length - 1 < least || words.length - 1 > Math.min(most, MAX_WORDS)) {
      throw fault("wrong number of words: " + words.length);
    }
    for (String word : words) {
      if (word.isEmpty() || !word.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw fault("a word is empty or holds a character that is not printable ASCII");
      }
    }
    return List.of(words).subList(1, words.length);
  }

  /** Checks canonical base64url of {@code least} to {@code most} bytes; gives it back as text. */
  public String base64(String word, int least, int most) throws VaultException {
    try {
      int length = Base64Url.parse(word).length;
      if (length < least || length > most) {
        throw fault(length + " bytes of base64url where " + least + " to " + most + " belong");
      }
      return word;
    } catch (IllegalArgumentException e) {
      throw fault("not canonical base64url");
    }
  }

  /** A decimal number from 0, without leading zeros, below 2^53 as in JSON. */
  public long number(String word) throws VaultException {
    if (!word.matches("0|[1-9][0-9]{0,14}")) {
      throw fault("not a number");
    }
    return Long.parseLong(word);
  }

  /** The line {@code generation N}, from 1. */
  public long generation() throws VaultException {
    long generation = number(words("generation", 1, 1).getFirst());
    if (generation == 0) {
      throw fault("generations count from 1");
    }
    return generation;
  }

  /** The lines {@code parent DIGEST}: two at most, and none twice. */
  public List<String> parents() throws VaultException {
    List<String> parents = new ArrayList<>();
    while (nextIs("parent")) {
      String parent = base64(words("parent", 1, 1).getFirst(), 32, 32);
      if (parents.size() == 2 || parents.contains(parent)) {
        throw fault("a parent too many");
      }
      parents.add(parent);
    }
    return parents;
  }

  /** A fault of the line that was read last. */
  public VaultException fault(String message) {
    return new VaultException(what + ", line " + next + ": " + message);
  }
}
