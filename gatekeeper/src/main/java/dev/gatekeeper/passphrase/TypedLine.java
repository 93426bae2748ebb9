package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.vault.text.VaultException;
import java.util.Arrays;

/**
 * A line as it is typed and pasted, edited by the keys that a terminal's own line knows: backspace,
 * ctrl-U (all of it), ctrl-W (a word), ctrl-V (the next key as it is), and ctrl-D, which ends it as
 * Enter does.
 *
 * <p>What a terminal marks as pasted is taken as it is, but for line ends behind it: those are in
 * every selection of a whole line, and Enter is still to be pressed. Line ends in it are refused.
 */
final class TypedLine {
  private static final byte[] PASTE_BEGINS = "\u001b[200~".getBytes(US_ASCII);
  private static final byte[] PASTE_ENDS = "\u001b[201~".getBytes(US_ASCII);

  private static final int CTRL_D = 4;
  private static final int BACKSPACE = 8;
  private static final int CTRL_U = 21;
  private static final int CTRL_V = 22;
  private static final int CTRL_W = 23;
  private static final int CTRL_Z = 26;
  private static final int DELETE = 127;

  private final int most;
  private final byte[] line;
  private int length;

  /** Where the paste begins that goes on; below zero: none. */
  private int paste = -1;

  private boolean literal;
  private boolean ended;
  private boolean tooLong;
  private boolean several;

  /**
   * @param most bytes that are kept; a longer line is refused, never cut
   */
  TypedLine(int most) {
    this.most = most;
    this.line = new byte[most + PASTE_ENDS.length];
  }

  /** Whether nothing more belongs to it. */
  boolean hasEnded() {
    return ended;
  }

  /** Whether it has ended and more came that is not nothing: a paste, of which this is a part. */
  boolean isPart() {
    return several;
  }

  /** The next byte; one that comes when it has ended counts only as more that came. */
  void take(int next) {
    if (ended) {
      several |= !isLineEnd(next) && !isCtrlD(next);
    } else if (paste >= 0) {
      append(next);
      if (endsWith(PASTE_ENDS, paste)) {
        endPaste();
      }
    } else if (literal) {
      literal = false;
      append(next);
    } else {
      press(next);
    }
  }

  private void press(int key) {
    switch (key) {
      case BACKSPACE, DELETE -> shorten(beforeCharacter());
      case CTRL_U -> {
        shorten(0);
        tooLong = false;
      }
      case CTRL_W -> shorten(beforeWord());
      case CTRL_V -> literal = true;
      case CTRL_Z -> {} // pressed to suspend, which cannot be
      default -> {
        ended = isLineEnd(key) || (isCtrlD(key) && (key != 0 || length == 0));
        if (!ended) {
          append(key);
          if (endsWith(PASTE_BEGINS, 0)) {
            shorten(length - PASTE_BEGINS.length);
            paste = length;
          }
        }
      }
    }
  }

  /** A terminal that keeps lines has a NUL for the one that was pressed before the prompt. */
  private static boolean isCtrlD(int key) {
    return key == CTRL_D || key == 0;
  }

  private static boolean isLineEnd(int key) {
    return key == '\n' || key == '\r';
  }

  private void endPaste() {
    shorten(length - PASTE_ENDS.length);
    int end = length;
    while (end > paste && isLineEnd(line[end - 1])) {
      end--;
    }
    shorten(end);
    for (int i = paste; i < length; i++) {
      several |= isLineEnd(line[i]);
    }
    ended = several || tooLong; // whatever is pressed now, it cannot be kept
    paste = -1;
  }

  private void append(int next) {
    if (length == line.length) {
      // Counted no more, but its end must still be seen.
      tooLong = true;
      int tail = PASTE_ENDS.length - 1;
      System.arraycopy(line, length - tail, line, 0, tail);
      shorten(tail);
      paste = Math.min(paste, 0);
    }
    line[length++] = (byte) next;
  }

  private boolean endsWith(byte[] wanted, int from) {
    int at = length - wanted.length;
    return at >= from && Arrays.equals(line, at, length, wanted, 0, wanted.length);
  }

  /** A character of UTF-8 has up to four bytes; in any other encoding one is taken for one. */
  private int beforeCharacter() {
    int lead = length - 1;
    while (lead > 0 && length - lead < 4 && (line[lead] & 0xc0) == 0x80) {
      lead--;
    }
    int bytes = lead < 0 ? 0 : Math.max(1, Integer.numberOfLeadingZeros(~line[lead] << 24));
    return bytes > 1 && bytes == length - lead ? lead : Math.max(0, length - 1);
  }

  private int beforeWord() {
    int at = length;
    while (at > 0 && isBlank(line[at - 1])) {
      at--;
    }
    while (at > 0 && !isBlank(line[at - 1])) {
      at--;
    }
    return at;
  }

  private static boolean isBlank(byte character) {
    return character == ' ' || character == '\t';
  }

  private void shorten(int to) {
    Arrays.fill(line, to, length, (byte) 0);
    length = to;
  }

  /**
   * A copy, to be wiped by the caller.
   *
   * @param instead the command that takes what a prompt does not
   * @throws VaultException where there is more of it than can be kept
   */
  byte[] kept(String instead) throws VaultException {
    if (several) {
      throw new VaultException(
          "several lines were pasted, and a prompt takes one: nothing of them is kept", instead);
    }
    if (tooLong || length > most) {
      throw new VaultException(
          "more than " + most + " bytes were typed or pasted: nothing of them is kept", instead);
    }
    return Arrays.copyOf(line, length);
  }

  void wipe() {
    Arrays.fill(line, (byte) 0);
    length = 0;
  }
}
