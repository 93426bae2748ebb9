package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes {@code vectors.json} anew, where the format changes. The messages that it writes are those
 * of this reader: whoever runs it reads the difference.
 *
 * <p>Arguments: a folder for the vault, the file to write.
 */
final class VectorWriter {
  private static final String PASSPHRASE = "made-up passphrase of the vectors";

  private final Path path;
  private final String sound;
  private final byte[] wrapping;
  private final List<Map<String, String>> vectors = new ArrayList<>();

  private VectorWriter(Path path) throws Exception {
    this.path = path;
    Files.deleteIfExists(path);
    try (Passphrase passphrase = new Passphrase(PASSPHRASE.getBytes(UTF_8));
        OpenVault vault = VaultFile.create(path, passphrase, Argon2Cost.LEAST)) {
      wrapping = vault.addKeyringSlot("keyring");
      vault.addRecipientSlot("ci", SealKeyPair.generate().publicKey());
      vault.raiseTrustSequence(2);
      VaultFixture.put(vault, "a", "made-up-value-of-a");
      VaultFixture.put(vault, "b", "made-up-value-of-b");
    }
    sound = Files.readString(path);
  }

  public static void main(String[] args) throws Exception {
    VectorWriter writer = new VectorWriter(Path.of(args[0]).resolve("vault"));
    writer.text();
    writer.slots();
    writer.sealed();
    writer.forged();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("passphrase", PASSPHRASE);
    all.put("keyring", Base64Url.of(writer.wrapping));
    all.put("vectors", writer.vectors);
    Files.writeString(
        Path.of(args[1]),
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
  }

  private void add(String name, String by, String text) throws Exception {
    if (name.equals("sound") == !text.equals(sound) && !name.startsWith("sound")) {
      throw new AssertionError("no fault: " + name);
    }
    Files.writeString(path, text);
    String message = "";
    try {
      if (by.equals("keyring")) {
        VaultFile.at(path).openByKeyring(wrapping).close();
      } else {
        try (Passphrase passphrase = new Passphrase(PASSPHRASE.getBytes(UTF_8))) {
          VaultFile.at(path).open(passphrase).close();
        }
      }
    } catch (VaultException e) {
      message = String.valueOf(e.getMessage());
    }
    if (message.isEmpty() != name.startsWith("sound")) {
      throw new AssertionError(name + ": " + message);
    }
    Map<String, String> vector = new LinkedHashMap<>();
    vector.put("name", name);
    vector.put("by", by);
    vector.put("message", message);
    vector.put("text", text);
    vectors.add(vector);
  }

  private void add(String name, String text) throws Exception {
    add(name, "keyring", text);
  }

  /** The first line that begins with {@code start}, changed. */
  private String line(String start, UnaryOperator<String> change) {
    int from = sound.indexOf("\n" + start) + 1;
    int end = sound.indexOf('\n', from) + 1;
    return sound.substring(0, from)
        + change.apply(sound.substring(from, end))
        + sound.substring(end);
  }

  private String word(String start, int at, UnaryOperator<String> change) {
    return line(
        start,
        line -> {
          String[] words = line.strip().split(" ", -1);
          words[at] = change.apply(words[at]);
          return String.join(" ", words) + "\n";
        });
  }

  /** One bit of what is encoded, in its middle. */
  private static String flip(String base64) {
    byte[] bytes = Base64Url.parse(base64);
    bytes[bytes.length / 2] ^= 1;
    return Base64Url.of(bytes);
  }

  private static String cut(String base64) {
    byte[] bytes = Base64Url.parse(base64);
    return Base64Url.of(java.util.Arrays.copyOf(bytes, bytes.length - 1));
  }

  private void text() throws Exception {
    add("sound, by the keyring", sound);
    add("sound, by the passphrase", "passphrase", sound);
    add("an empty file", "\n");
    add("no line end at the end", sound.substring(0, sound.length() - 1));
    add("line ends of another system", sound.replace("\n", "\r\n"));
    add("another version", sound.replaceFirst("vault/1", "vault/2"));
    add("something before it", "\n" + sound);
    add("something after it", sound + "more\n");
    add("no id", line("vault ", line -> ""));
    add("a short id", word("vault ", 1, VectorWriter::cut));
    add("no generation", line("generation ", line -> ""));
    add("generation 0", word("generation ", 1, word -> "0"));
    add("a leading zero", word("generation ", 1, word -> "0" + word));
    add("a number too long", word("generation ", 1, word -> "1".repeat(16)));
    add("a negative number", word("generation ", 1, word -> "-1"));
    add("two spaces", line("generation ", line -> line.replace(" ", "  ")));
    add("a parent twice", line("parent ", line -> line + line));
    add("a third parent", line("parent ", line -> line + b32("B") + b32("C")));
    add("another algorithm of a key", word("key audit ", 2, word -> "rsa"));
    add("the algorithm of the other key", word("key audit ", 2, word -> "ed25519"));
    add("no trust key", line("key trust ", line -> ""));
    add(
        "keys out of order",
        line("key audit ", line -> "")
            .replaceFirst("(key trust [^\n]*\n)", "$1" + lineOf("key audit ")));
    add("a short key", word("key trust ", 3, VectorWriter::cut));
    add("a counter twice", line("counter ", line -> line + line));
    add("no mac", line("mac ", line -> ""));
    add("a short mac", word("mac ", 1, VectorWriter::cut));
    add(
        "unused bits that are not zero",
        word("mac ", 1, word -> word.substring(0, 42) + next(word.charAt(42))));
    add("padding", word("mac ", 1, word -> word + "="));
    add("the alphabet of base64", word("mac ", 1, word -> "+" + word.substring(1)));
    add("no index", line("index ", line -> ""));
    add("no signature", line("signature ", line -> ""));
    add("a short signature", word("signature ", 1, VectorWriter::cut));
    add("two signatures", line("signature ", line -> line + line));
    add("a part that is too short", word("part ", 1, word -> "AAAA"));
  }

  private static String b32(String letter) {
    return "parent " + letter.repeat(42) + "A\n";
  }

  private static char next(char last) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return alphabet.charAt(alphabet.indexOf(last) + 1);
  }

  private String lineOf(String start) {
    int from = sound.indexOf("\n" + start) + 1;
    return sound.substring(from, sound.indexOf('\n', from) + 1);
  }

  private void slots() throws Exception {
    String slot = "slot passphrase ";
    add("no slot of a passphrase", line(slot, line -> ""));
    add(
        "five slots of passphrases",
        line(
            slot,
            line ->
                line
                    + again(line, "p2")
                    + again(line, "p3")
                    + again(line, "p4")
                    + again(line, "p5")));
    add(
        "65 slots",
        line(
            "slot recipient ",
            line -> {
              StringBuilder many = new StringBuilder(line);
              for (int i = 0; i < 62; i++) {
                many.append(line.replace(" ci ", " ci" + i + " "));
              }
              return many.toString();
            }));
    add("a label twice", line("slot keyring ", line -> line + line));
    add("a label that is none", word("slot keyring ", 2, word -> "a/b"));
    add("a kind that is none", word("slot keyring ", 1, word -> "Keyring"));
    add("too much memory", word(slot, 7, word -> "262145"));
    add("too little memory", word(slot, 7, word -> "19455"));
    add("memory beyond an int", word(slot, 7, word -> "4294986752"));
    add("too many passes", word(slot, 8, word -> "11"));
    add("too few passes", word(slot, 8, word -> "1"));
    add("too many lanes", word(slot, 9, word -> "5"));
    add("no lane", word(slot, 9, word -> "0"));
    add("another function of the passphrase", word(slot, 6, word -> "argon2d"));
    add("no presence key", line(slot, line -> line.replaceFirst("( \\S{107})( \\S{107})", "$1")));
    add("a short salt", word(slot, 10, VectorWriter::cut));
    add("a short wrapping", word(slot, 11, VectorWriter::cut));
    add("a word more", line(slot, line -> line.strip() + " more\n"));
    add(
        "a keyring without its word",
        line("slot keyring ", line -> line.substring(0, line.lastIndexOf(' ')) + "\n"));
    add("a recipient with a word", line("slot recipient ", line -> line.strip() + " AAAA\n"));
    add("a short sealed key", word("slot recipient ", 4, VectorWriter::cut));
  }

  private static String again(String slot, String label) {
    return slot.replaceFirst("slot passphrase passphrase", "slot passphrase " + label);
  }

  private void addTwice(String name, String text) throws Exception {
    addTwice(name, "keyring", text);
  }

  /** As it is, and as if the person had signed it: then what stands behind the signature speaks. */
  private void addTwice(String name, String by, String text) throws Exception {
    add(name, by, text);
    VaultText altered = VaultText.parse(text.getBytes(US_ASCII));
    byte[] statement = VaultText.statement(altered.header(), altered.mac(), altered.index());
    Files.writeString(path, sound);
    try (Passphrase passphrase = new Passphrase(PASSPHRASE.getBytes(UTF_8));
        OpenVault vault = VaultFile.at(path).open(passphrase)) {
      String signature = Base64Url.of(vault.signTrust(statement));
      if (!name.contains("trust key")) {
        add(name + ", signed", by, text.replaceFirst("signature [^\n]*", "signature " + signature));
      }
    }
  }

  private void sealed() throws Exception {
    String slot = "slot passphrase ";
    addTwice("another id", word("vault ", 1, VectorWriter::flip));
    addTwice("another generation", word("generation ", 1, word -> "9"));
    addTwice("another parent", word("parent ", 1, VectorWriter::flip));
    addTwice("another count of trusts", word("counter ", 2, word -> "1"));
    addTwice("another audit key", word("key audit ", 3, VectorWriter::flip));
    addTwice("another trust key", word("key trust ", 3, VectorWriter::flip));
    addTwice("another mac", word("mac ", 1, VectorWriter::flip));
    add("another signature", word("signature ", 1, VectorWriter::flip));
    addTwice("another index", word("index ", 1, VectorWriter::flip));
    add("another part", word("part ", 1, VectorWriter::flip));
    List<String> lines = new ArrayList<>(sound.lines().toList());
    String last = lines.removeLast();
    add("a part missing", String.join("\n", lines) + "\n");
    add("a part twice", sound + last + "\n");
    String before = lines.removeLast();
    add("two parts exchanged", String.join("\n", lines) + "\n" + last + "\n" + before + "\n");
    addTwice(
        "the keyring's slot: another public half", word("slot keyring ", 3, VectorWriter::flip));
    addTwice(
        "the keyring's slot: another sealed key", word("slot keyring ", 4, VectorWriter::flip));
    addTwice("the keyring's slot: another wrapping", word("slot keyring ", 5, VectorWriter::flip));
    addTwice("another slot of the same vault", word("slot recipient ", 4, VectorWriter::flip));
    addTwice("a slot removed", line("slot recipient ", line -> ""));
    addTwice(
        "the passphrase's slot: another sealed key",
        "passphrase",
        word(slot, 4, VectorWriter::flip));
    addTwice(
        "the passphrase's slot: another presence key",
        "passphrase",
        word(slot, 5, VectorWriter::flip));
    addTwice(
        "the passphrase's slot: another salt", "passphrase", word(slot, 10, VectorWriter::flip));
    addTwice(
        "the passphrase's slot: another wrapping",
        "passphrase",
        word(slot, 11, VectorWriter::flip));
    addTwice(
        "the passphrase's slot: another trust key",
        "passphrase",
        word("key trust ", 3, VectorWriter::flip));
  }

  /** What whoever holds the vault key, but not the passphrase, can write. */
  private void forged() throws Exception {
    VaultText text = VaultText.parse(sound.getBytes(US_ASCII));
    Header header = text.header();
    byte[] id = header.idBytes();
    VaultKey key = stolen(header);
    Contents contents = Contents.verify(sound.getBytes(US_ASCII), key);
    List<Slot> more = new ArrayList<>(header.allSlots());
    more.add(Slot.ForRecipient.create("me", id, SealKeyPair.generate().publicKey(), key));
    add("forged: a slot added", resealed(text, header.withSlots(more), contents.index(), key));
    Header rolled =
        new Header(
            header.id(),
            99,
            header.parents(),
            VaultFixture.keys(header, header.trustBytes()),
            Map.of(),
            header.allSlots());
    add("forged: another generation and count", resealed(text, rolled, contents.index(), key));
    Index.Entry a = contents.index().find(Index.SECRET, "a").orElseThrow();
    add("forged: a secret dropped from the index", without(text, contents.index().without(a), key));
    byte[][] trust = Ed25519.generate();
    add(
        "forged: signed by another trust key",
        "passphrase",
        signed(
            new Header(
                header.id(),
                9,
                header.parents(),
                VaultFixture.keys(header, trust[0]),
                Map.of(),
                header.allSlots()),
            text,
            contents.index(),
            key,
            trust[1]));
    List<Slot> sealedAnew = new ArrayList<>();
    for (Slot slot : header.allSlots()) {
      sealedAnew.add(slot.resealed(id, key, VaultKey.generate()));
    }
    add(
        "forged: another presence key",
        "passphrase",
        resealed(text, header.withSlots(sealedAnew), contents.index(), key));
  }

  private static String without(VaultText text, Index index, VaultKey key) {
    List<String> parts = new ArrayList<>(text.parts());
    parts.remove(2); // after the two of kind key comes the secret "a"
    VaultText fewer =
        new VaultText(text.header(), text.mac(), text.index(), text.signature(), parts);
    return resealed(fewer, text.header(), index, key);
  }

  private static String resealed(VaultText text, Header header, Index index, VaultKey key) {
    byte[] mac = key.mac(header.print().getBytes(US_ASCII));
    String sealed = Base64Url.of(Aead.seal(key.derive("index", mac), mac, index.print()));
    return print(new VaultText(header, Base64Url.of(mac), sealed, text.signature(), text.parts()));
  }

  private static String signed(
      Header header, VaultText text, Index index, VaultKey key, byte[] seed) {
    byte[] mac = key.mac(header.print().getBytes(US_ASCII));
    String sealed = Base64Url.of(Aead.seal(key.derive("index", mac), mac, index.print()));
    String signature =
        Base64Url.of(Ed25519.sign(seed, VaultText.statement(header, Base64Url.of(mac), sealed)));
    return print(new VaultText(header, Base64Url.of(mac), sealed, signature, text.parts()));
  }

  private static String print(VaultText text) {
    return new String(text.print(), US_ASCII);
  }

  private VaultKey stolen(Header header) {
    for (Slot slot : header.allSlots()) {
      if (slot instanceof Slot.ByKeyring keyring) {
        byte[] half =
            keyring.privateHalf(header.idBytes(), header.trustBytes(), wrapping).orElseThrow();
        return slot.open(header.idBytes(), half).orElseThrow();
      }
    }
    throw new AssertionError("no slot of a keyring");
  }
}
