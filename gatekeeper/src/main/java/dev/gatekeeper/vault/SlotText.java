package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;
import java.util.List;
import java.util.regex.Pattern;

/** The line of a slot. */
final class SlotText {
  static final byte[] INFO = (VaultText.VERSION + "/slot").getBytes(UTF_8);
  static final byte[] PRESENCE_INFO = (VaultText.VERSION + "/presence").getBytes(UTF_8);

  private static final int SEALED = VaultKey.BYTES + Seal.OVERHEAD_BYTES;
  private static final int WRAPPED = SealKeyPair.KEY_BYTES + Aead.OVERHEAD_BYTES;
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
    String sealedKey = reader.base64(words.get(3), SEALED, SEALED);
    List<String> rest = words.subList(4, words.size());
    return switch (words.get(0)) {
      case Slot.ByPassphrase.KIND -> passphrase(reader, label, publicKey, sealedKey, rest);
      case Slot.ByKeyring.KIND -> {
        if (rest.size() != 1) {
          throw reader.fault("a keyring slot without its one word");
        }
        yield new Slot.ByKeyring(
            label, publicKey, sealedKey, reader.base64(rest.getFirst(), WRAPPED, WRAPPED));
      }
      case Slot.ForRecipient.KIND -> {
        if (!rest.isEmpty()) {
          throw reader.fault("a recipient slot with a word too many");
        }
        yield new Slot.ForRecipient(label, publicKey, sealedKey);
      }
      default -> new Slot.OfOtherKind(words.get(0), label, publicKey, sealedKey, rest);
    };
  }

  static boolean isLabel(String text) {
    return LABEL.matcher(text).matches();
  }

  private static Slot passphrase(
      LineReader reader, String label, String publicKey, String sealedKey, List<String> rest)
      throws VaultException {
    if (rest.size() != 7 || !rest.get(1).equals("argon2id")) {
      throw reader.fault("a passphrase slot without its presence key and six words for argon2id");
    }
    Argon2Cost cost;
    try {
      cost =
          new Argon2Cost(
              Math.toIntExact(reader.number(rest.get(2))),
              Math.toIntExact(reader.number(rest.get(3))),
              Math.toIntExact(reader.number(rest.get(4))));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw reader.fault("Argon2id cost out of bounds");
    }
    return new Slot.ByPassphrase(
        label,
        publicKey,
        sealedKey,
        reader.base64(rest.getFirst(), SEALED, SEALED),
        cost,
        reader.base64(rest.get(5), Argon2Cost.SALT_BYTES, Argon2Cost.SALT_BYTES),
        reader.base64(rest.get(6), WRAPPED, WRAPPED));
  }
}
