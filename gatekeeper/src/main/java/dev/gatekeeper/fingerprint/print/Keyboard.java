package dev.gatekeeper.fingerprint.print;

import java.util.ArrayList;
import java.util.List;

/** Walks over a keyboard, from one key to the next or to the one above or below. */
final class Keyboard {
  private static final int ROWS = 4;

  /** Where each key is, row and column, on the keyboards of several countries. */
  private static final List<int[]> PLACES =
      List.of(
          places("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
          places("1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"),
          places("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"),
          places("!@#$%^&*()", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"));

  private Keyboard() {}

  private static int[] places(String... rows) {
    int[] places = new int[128];
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < rows[row].length(); column++) {
        char key = rows[row].charAt(column);
        places[key] = 16 * (row + 1) + column + 1;
        if (Character.isLowerCase(key)) {
          places[Character.toUpperCase(key)] = places[key];
        }
      }
    }
    return places;
  }

  /**
   * The longest walk from here: of four keys, or of three in one line.
   *
   * @return how many steps go on in the same direction, and how many do not; empty without a walk
   */
  static int[] walk(byte[] word, int at) {
    int[] best = {};
    for (int[] places : PLACES) {
      int[] steps = walk(word, at, places);
      int all = steps[0] + steps[1];
      if ((all >= 3 || steps[0] >= 2) && (best.length == 0 || all > best[0] + best[1])) {
        best = steps;
      }
    }
    return best;
  }

  /** Whether three keys lie in one row, side by side. */
  static boolean isLine(byte one, byte two, byte three) {
    if (one < 0 || two < 0 || three < 0) {
      return false;
    }
    for (int[] places : PLACES) {
      int step = places[two] - places[one];
      if (places[one] > 0
          && Math.abs(step) == 1
          && places[two] > 0
          && step == places[three] - places[two]) {
        return true;
      }
    }
    return false;
  }

  private static int[] walk(byte[] word, int at, int[] places) {
    int straight = 1; // the first step is of no direction yet
    int turns = -1;
    List<Integer> seen = new ArrayList<>();
    for (int i = at; i + 1 < word.length; i++) {
      int from = word[i] < 0 ? 0 : places[word[i]];
      int to = word[i + 1] < 0 ? 0 : places[word[i + 1]];
      int rows = (to >> 4) - (from >> 4);
      int columns = (to & 15) - (from & 15);
      if (from == 0 || to == 0 || Math.abs(rows) > 1 || Math.abs(columns) > 1) {
        break;
      }
      int step = 3 * rows + columns;
      if (!seen.isEmpty() && seen.getLast() == step) {
        straight++;
      } else {
        turns++;
      }
      seen.add(step);
    }
    return seen.isEmpty() ? new int[] {0, 0} : new int[] {straight, turns};
  }
}
