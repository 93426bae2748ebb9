package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealKeyPair;
import java.util.List;
import java.util.regex.Pattern;

/** The line of a slot. */
final class SlotText {
  static final byte[] INFO = (VaultText.VERSION + "/slot").getBytes(UTF_8);

  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9@._-]{0,63}");

  private SlotText() {}

  static Slot parse(LineReader reader) throws VaultException {
    List<String> words = reader.words("slot", 4, 20);
    if (!KIND.matcher(words.get(0)).matches() || !LABEL.matcher(words.get(1)).matches()) {
      throw reader.fault("kind or label of a slot is malformed");
    }
    String label = words.get(1);
    String publicKey = reader.base64(words.get(2), SealKeyPair.KEY_BYTES, SealKeyPair.KEY_BYTES);
    int sealed = VaultKey.BYTES + Seal.OVERHEAD_BYTES;
    String sealedKey = reader.base64(words.get(3), sealed, sealed);
    List<String> rest = words.subList(4, words.size());
    return words.get(0).equals(Slot.ByPassphrase.KIND)
        ? passphrase(reader, label, publicKey, sealedKey, rest)
        : new Slot.OfOtherKind(words.get(0), label, publicKey, sealedKey, rest);
  }

  private static Slot passphrase(
      LineReader reader, String label, String publicKey, String sealedKey, List<String> rest)
      throws VaultException {
    if (rest.size() != 6 || !rest.get(0).equals("argon2id")) {
      throw reader.fault("a passphrase slot without its six words for argon2id");
    }
    Argon2Cost cost;
    try {
      cost =
          new Argon2Cost(
              Math.toIntExact(reader.number(rest.get(1))),
              Math.toIntExact(reader.number(rest.get(2))),
              Math.toIntExact(reader.number(rest.get(3))));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw reader.fault("Argon2id cost out of bounds");
    }
    int wrapped = SealKeyPair.KEY_BYTES + Aead.OVERHEAD_BYTES;
    return new Slot.ByPassphrase(
        label,
        publicKey,
        sealedKey,
        cost,
        reader.base64(rest.get(4), Argon2Cost.SALT_BYTES, Argon2Cost.SALT_BYTES),
        reader.base64(rest.get(5), wrapped, wrapped));
  }
}
