package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.List;

/**
 * All that is kept for one repository. Text in the one form that {@code docs/vault-format.md}
 * describes: what is read is what would be written.
 *
 * @param place SHA-256 of what names the repository, base64url
 * @param made seconds since 1970
 * @param vault the person's vault that it was made of
 * @param teams files of the repository's team whose values it has
 * @param weak values that have no fingerprint
 * @param prints sorted
 */
public record PrintList(
    String place, long made, Vault vault, Teams teams, Weak weak, List<Print> prints) {
  /** Most fingerprints: as many as a vault has parts, in an {@link LineReader}'s 20,000 lines. */
  public static final int MOST = 16_384;

  /** Most files of one team that are named, so that branches can be changed. */
  public static final int MOST_TEAMS = 16;

  /** Stands for a team's file that is not there: SHA-256 of nothing. */
  public static final String NO_TEAM = Base64Url.of(Digests.sha256(new byte[0]));

  /**
   * Counts how often the rule changed by which values have a fingerprint, too: what an older one
   * let in is not kept.
   */
  static final String VERSION = "gatekeeper-fingerprint-list/2";

  private static final int LONGEST = 64 << 10; // a value of the vault

  /**
   * A generation of the person's vault.
   *
   * @param digest SHA-256 of its file, base64url
   */
  public record Vault(String id, long generation, String digest) {}

  /**
   * What of the team's values is here.
   *
   * @param closed whether there is a file that this person does not open
   * @param digests of the files, the newest last
   */
  public record Teams(boolean closed, List<String> digests) {
    /** There was none. */
    public static final Teams NONE = new Teams(false, List.of());

    public Teams {
      digests = List.copyOf(digests);
    }
  }

  /** How many values have no fingerprint: of the person's vault, of the team's. */
  public record Weak(int secret, int team) {
    /** Both. */
    public int all() {
      return secret + team;
    }
  }

  public PrintList {
    prints = List.copyOf(prints);
  }

  /** How many are of present values. */
  public int present() {
    return (int) prints.stream().filter(print -> !print.isFormer()).count();
  }

  /** The one form of it. */
  byte[] print() {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    line(text, "place", place);
    line(text, "made", made);
    line(text, "vault", vault.id, vault.generation, vault.digest);
    if (teams.closed) {
      line(text, "closed", "team");
    }
    teams.digests.forEach(digest -> line(text, "team", digest));
    line(text, "weak", weak.secret, weak.team);
    for (Print one : prints) {
      line(
          text,
          one.lines() ? "lines" : "print",
          one.reference(),
          one.length(),
          one.offset(),
          one.window(),
          one.hmac(),
          one.until());
    }
    return text.toString().getBytes(US_ASCII);
  }

  private static void line(StringBuilder text, Object... words) {
    for (int i = 0; i < words.length; i++) {
      text.append(i == 0 ? "" : " ").append(words[i]);
    }
    text.append('\n');
  }

  static PrintList parse(byte[] bytes) throws VaultException {
    LineReader reader = new LineReader("fingerprints", bytes);
    if (!reader.line().equals(VERSION)) {
      throw reader.fault("not a list of a version that this program knows");
    }
    String place = reader.base64(reader.words("place", 1, 1).getFirst(), 32, 32);
    long made = reader.number(reader.words("made", 1, 1).getFirst());
    List<String> of = reader.words("vault", 3, 3);
    Vault vault =
        new Vault(
            reader.base64(of.get(0), 16, 16),
            reader.number(of.get(1)),
            reader.base64(of.get(2), 32, 32));
    Teams teams = teams(reader);
    List<String> counts = reader.words("weak", 2, 2);
    Weak weak = new Weak(count(reader, counts.get(0)), count(reader, counts.get(1)));
    return new PrintList(place, made, vault, teams, weak, prints(reader));
  }

  private static Teams teams(LineReader reader) throws VaultException {
    boolean closed = reader.nextIs("closed");
    if (closed && !reader.words("closed", 1, 1).equals(List.of("team"))) {
      throw reader.fault("expected \"closed team\"");
    }
    List<String> digests = new ArrayList<>();
    while (reader.nextIs("team")) {
      String digest = reader.base64(reader.words("team", 1, 1).getFirst(), 32, 32);
      if (digests.size() == MOST_TEAMS || digests.contains(digest)) {
        throw reader.fault("a team's file too many");
      }
      digests.add(digest);
    }
    return new Teams(closed, digests);
  }

  private static int count(LineReader reader, String word) throws VaultException {
    return (int) within(reader, word, 0, 2L * MOST);
  }

  private static long within(LineReader reader, String word, long least, long most)
      throws VaultException {
    long number = reader.number(word);
    if (number < least || number > most) {
      throw reader.fault("a number out of bounds");
    }
    return number;
  }

  private static List<Print> prints(LineReader reader) throws VaultException {
    List<Print> prints = new ArrayList<>();
    while (reader.hasNext()) {
      boolean lines = reader.nextIs("lines");
      List<String> words = reader.words(lines ? "lines" : "print", 6, 6);
      int length = (int) within(reader, words.get(1), Windows.BYTES, LONGEST);
      Print print =
          new Print(
              words.get(0),
              lines,
              length,
              (int) within(reader, words.get(2), 0, length - (long) Windows.BYTES),
              (int) within(reader, words.get(3), 0, (1L << Windows.KEPT_BITS) - 1),
              reader.base64(words.get(4), 32, 32),
              reader.number(words.get(5)));
      if (!print.reference().startsWith("secret:") && !print.reference().startsWith("team:")) {
        throw reader.fault("a reference of a kind that has no fingerprints");
      }
      if (prints.size() == MOST || (!prints.isEmpty() && prints.getLast().compareTo(print) >= 0)) {
        throw reader.fault("a fingerprint repeated, out of order, or one too many");
      }
      prints.add(print);
    }
    return prints;
  }

  /** The digest by which a place is named in it. */
  public static String digest(String place) {
    return Base64Url.of(Digests.sha256(place.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }
}
