package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Writes {@code vectors.json} anew: only by hand, when the format changes. */
final class VectorWriter {
  static final String PLACE = "/home/made-up/project/.git\0";
  private static final String VALUE = "made-up-k3R9wQ2zXv8LmT4yB7nC1pF6hJ5dG0sA";

  /** With line ends and indentation that are not looked for. */
  private static final String LINES =
      """
      -----BEGIN PRIVATE KEY-----\r
        made+up/k3R9wQ2zXv8LmT4yB7nC1pF6hJ5dG0sAq8WrUe2YiO4tHg9Jb7KcDx\r
        Vf5Ns3Za==\r
      -----END PRIVATE KEY-----\r
      """;

  private final PrintKey key = PrintKey.generate();
  private final byte[][] trust = Ed25519.generate();
  private final List<Map<String, String>> vectors = new ArrayList<>();

  private VectorWriter() {}

  /**
   * Writes them.
   *
   * @param args where to
   */
  public static void main(String[] args) throws Exception {
    VectorWriter writer = new VectorWriter();
    writer.all();
    Map<String, Object> file = new TreeMap<>();
    file.put("key", new String(new KeyText(PLACE, writer.key).print(), UTF_8));
    file.put("trust", Base64Url.of(writer.trust[0]));
    file.put("reference", "secret:github/token");
    file.put("value", VALUE);
    file.put("lines-reference", "secret:ssh/key");
    file.put("lines-value", LINES);
    file.put("faulty-keys", writer.faultyKeys());
    file.put("vectors", writer.vectors);
    Files.write(
        Path.of(args[0]),
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(file));
  }

  private Map<String, String> faultyKeys() {
    String text = new String(new KeyText(PLACE, key).print(), UTF_8);
    Map<String, String> keys = new TreeMap<>();
    keys.put("another version", text.replace("key/1", "key/2"));
    keys.put("no place", text.replaceFirst("place [^\n]*\n", ""));
    keys.put("a place without a zero byte", place(text, "/home/made-up/project/.git"));
    keys.put("an empty place", place(text, ""));
    keys.put("a short key", text.replaceFirst("key [^\n]{4}", "key "));
    keys.put("no end", text.substring(0, text.length() - 1));
    keys.put("a line too many", text + "\n");
    keys.put("line ends of another system", text.replace("\n", "\r\n"));
    keys.put("empty", "");
    return keys;
  }

  private static String place(String text, String place) {
    return text.replaceFirst("place [^\n]*", "place " + Base64Url.of(place.getBytes(UTF_8)));
  }

  private void all() throws VaultException {
    Print lines = new Imprint(key).ofStrong("secret:ssh/key", LINES.getBytes(UTF_8)).orElseThrow();
    Print print =
        new Imprint(key).ofStrong("secret:github/token", VALUE.getBytes(UTF_8)).orElseThrow();
    String digest = Base64Url.of(new byte[32]);
    PrintList list =
        new PrintList(
            PrintList.digest(PLACE),
            1_767_322_800,
            new PrintList.Vault(Base64Url.of(new byte[16]), 7, digest),
            new PrintList.Teams(true, List.of(digest)),
            new PrintList.Weak(2, 1),
            List.of(print, print.former(java.time.Instant.ofEpochSecond(1_798_858_800)), lines));
    String text = new String(list.print(), UTF_8);
    add("sound", text);
    add("no values", text.substring(0, text.indexOf("print ")));
    add("another version of the list", text.replace("list/2", "list/1"));
    add("of another repository", text.replace(list.place(), digest));
    add("no place", text.replaceFirst("place [^\n]*\n", ""));
    add("a time that is no number", text.replaceFirst("made ", "made 0"));
    add("a vault without a digest", text.replaceFirst("(vault .*) [^ ]*\n", "$1\n"));
    add("closed, and what", text.replace("closed team", "closed door"));
    add("a team's file twice", text.replaceFirst("(team [^\n]*\n)", "$1$1"));
    add("one number of weak values", text.replaceFirst("weak 2 1", "weak 2"));
    add("too many weak values", text.replaceFirst("weak 2 1", "weak 2 32769"));
    add("a fingerprint twice", text + text.substring(text.lastIndexOf("print ")));
    add("a fingerprint out of order", text.replaceAll("(?s)(print .*\n)(print .*\n)", "$2$1"));
    add("a value that is too short", text.replaceFirst("token 40 ", "token 7 "));
    add("a value that is too long", text.replaceFirst("token 40 ", "token 65537 "));
    add("a window outside of the value", text.replaceFirst("token 40 [0-9]+", "token 40 33"));
    add("a window of too many bits", text.replaceFirst("(token 40 [0-9]+) [0-9]+", "$1 16777216"));
    add("an HMAC that is cut", text.replaceFirst("(token .*)[A-Za-z0-9_-]{4} 0\n", "$1 0\n"));
    add("a reference of a store", text.replaceFirst("secret:", "secrat:"));
    add("no end", text.substring(0, text.length() - 1));
    add("a line too many", text + "\n");
    add("two blanks", text.replaceFirst("weak ", "weak  "));
    String file = new String(Sealed.seal(list.print(), key, this::sign), UTF_8);
    raw("another version of the file", file.replace("prints/1", "prints/2"));
    raw("sealed words altered", file.replaceFirst("sealed ....", "sealed AAAA"));
    raw("signature altered", file.replaceFirst("signature ....", "signature AAAA"));
    raw("no signature", file.replaceFirst("signature [^\n]*\n", ""));
    raw("something behind the signature", file + "signature\n");
    raw("line ends of another system", file.replace("\n", "\r\n"));
    raw("empty", "");
    raw(
        "signed by another key",
        new String(
            Sealed.seal(list.print(), key, one -> Ed25519.sign(Ed25519.generate()[1], one)),
            UTF_8));
    raw(
        "sealed under another key",
        new String(Sealed.seal(list.print(), PrintKey.generate(), this::sign), UTF_8));
  }

  private byte[] sign(byte[] statement) {
    return Ed25519.sign(trust[1], statement);
  }

  private void add(String name, String list) throws VaultException {
    raw(name, new String(Sealed.seal(list.getBytes(UTF_8), key, this::sign), UTF_8));
  }

  private void raw(String name, String file) {
    Map<String, String> vector = new TreeMap<>();
    vector.put("name", name);
    vector.put("text", file);
    try {
      PrintList _ =
          Sealed.read(
              file.getBytes(UTF_8),
              key,
              (one, signature) -> Ed25519.verifies(trust[0], one, signature),
              PrintList.digest(PLACE));
      vector.put("message", "");
    } catch (VaultException e) {
      vector.put("message", String.valueOf(e.getMessage()));
    }
    vectors.add(vector);
  }
}
