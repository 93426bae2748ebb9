package dev.gatekeeper.team;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.team.file.Bytes;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.SecretName;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One secret on its way from one person to another, as a text that can be pasted: sealed to the one
 * and signed by the other. It says who the giver claims to be; that the claim is true is a matter
 * of the fingerprint.
 */
public final class Handover implements AutoCloseable {
  /** Characters of the longest text. */
  public static final int MAX_CHARACTERS = 128 << 10;

  private static final String BEGIN = "-----BEGIN GATEKEEPER SECRET-----";
  private static final String END = "-----END GATEKEEPER SECRET-----";
  private static final String VERSION = "gatekeeper-give/1";
  private static final String PURPOSE = "give";
  private static final int LINE = 64;

  /** What is said of a secret beside its value; instants are the receiver's own. */
  private static final List<String> TOLD =
      List.of(
          SecretInfo.CLASS, SecretInfo.DUE, SecretInfo.OWNER, SecretInfo.PROVIDER, SecretInfo.TAGS);

  private final String name;
  private final PublicIdentity giver;
  private final SortedMap<String, String> attributes;
  private final SecretValue value;

  private Handover(
      String name, PublicIdentity giver, SortedMap<String, String> attributes, SecretValue value) {
    this.name = name;
    this.giver = giver;
    this.attributes = attributes;
    this.value = value;
  }

  /** The name that the giver has for it. */
  public String name() {
    return name;
  }

  /** Who signed. */
  public PublicIdentity giver() {
    return giver;
  }

  /** What the giver says of it. */
  public Map<String, String> attributes() {
    return attributes;
  }

  /** The value; closed with this. */
  public SecretValue value() {
    return value;
  }

  /** Seals a secret to somebody. */
  public static String give(
      SecretInfo info, SecretValue value, PublicIdentity to, TeamIdentity from)
      throws VaultException {
    StringBuilder text = new StringBuilder(VERSION + "\nname " + info.name() + "\n");
    text.append("from " + from.publicIdentity().text() + "\n");
    for (String each : TOLD) {
      info.attribute(each).ifPresent(word -> text.append("attribute " + each + " " + word + "\n"));
    }
    byte[][] plain = new byte[1][];
    value.revealTo(bytes -> plain[0] = Bytes.concat((text + "\n").getBytes(UTF_8), bytes));
    byte[] signature = from.sign(statement(to, plain[0]));
    byte[] signed = Bytes.concat(signature, plain[0]);
    try {
      return armour(TeamIdentity.seal(to, PURPOSE, new byte[0], signed));
    } finally {
      Arrays.fill(plain[0], (byte) 0);
      Arrays.fill(signed, (byte) 0);
    }
  }

  /** The receiver is part of what is signed: nobody passes it on in the giver's name. */
  private static byte[] statement(PublicIdentity to, byte[] plain) {
    return Bytes.statement(
        PURPOSE, Bytes.concat(Base64Url.parse(to.sealKey()), Bytes.sha256(plain)));
  }

  private static String armour(byte[] sealed) {
    String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(sealed);
    return BEGIN + "\n" + body + "\n" + END + "\n";
  }

  /**
   * Opens what was given, from a text that may have been quoted or indented on its way.
   *
   * @throws VaultException where it is not for this identity, or was altered
   */
  public static Handover take(String text, TeamIdentity identity) throws VaultException {
    int from = text.indexOf(BEGIN);
    int to = text.indexOf(END, Math.max(from, 0));
    if (from < 0 || to < 0 || text.length() > MAX_CHARACTERS) {
      throw new VaultException(
          "that is no secret that was given: it begins with " + BEGIN,
          "gatekeeper vault take < FILE");
    }
    String body = text.substring(from + BEGIN.length(), to).replaceAll("[\\s>|]", "");
    byte[] signed;
    try {
      signed = identity.open(PURPOSE, new byte[0], Base64.getDecoder().decode(body));
    } catch (SealException | IllegalArgumentException e) {
      throw new VaultException(
          "it was given to somebody else, or altered on its way",
          "gatekeeper vault identity, and have it given to that");
    }
    try {
      return parse(signed, identity.publicIdentity());
    } finally {
      Arrays.fill(signed, (byte) 0);
    }
  }

  private static Handover parse(byte[] signed, PublicIdentity to) throws VaultException {
    int start = Ed25519.SIGNATURE_BYTES;
    int end = start;
    while (end + 1 < signed.length && !(signed[end] == '\n' && signed[end + 1] == '\n')) {
      end++;
    }
    if (end + 2 >= signed.length) {
      throw new VaultException("what was given holds no secret");
    }
    LineReader reader =
        new LineReader("what was given", Arrays.copyOfRange(signed, start, end + 1));
    if (!reader.line().equals(VERSION)) {
      throw reader.fault("of a version that this program does not know");
    }
    String name = reader.words("name", 1, 1).getFirst();
    PublicIdentity giver = PublicIdentity.parse(reader.words("from", 1, 1).getFirst());
    SortedMap<String, String> attributes = new TreeMap<>();
    while (reader.hasNext()) {
      String[] words = reader.line().split(" ", 3);
      if (words.length != 3 || !TOLD.contains(words[1]) || !Index.isText(words[2])) {
        throw reader.fault("an attribute is malformed");
      }
      attributes.put(words[1], words[2]);
    }
    byte[] plain = Arrays.copyOfRange(signed, start, signed.length);
    try {
      boolean own =
          Ed25519.verifies(
              Base64Url.parse(giver.signKey()), statement(to, plain), Arrays.copyOf(signed, start));
      if (!own || !SecretName.isValid(name)) {
        throw new VaultException("what was given is not signed by whom it names");
      }
      byte[] value = Arrays.copyOfRange(signed, end + 2, signed.length);
      return new Handover(name, giver, attributes, SecretValue.taking(value));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  @Override
  public void close() {
    value.close();
  }
}
