package dev.gatekeeper.audit.opening;

import dev.gatekeeper.audit.checkpoint.Frontier;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Line;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A commitment to the arguments of one call, and what is needed to open it.
 *
 * <p>Guarantee: the root reveals nothing of a value, not even to somebody who can guess it, because
 * each commitment is keyed with 32 random bytes of its own. Who has those and the value can prove
 * that it was sent; without them nobody can, ever: deleting an opening forgets the value and leaves
 * the chain whole.
 *
 * <pre>
 * commitment = HMAC-SHA256(r, value)
 * leaf       = SHA-256(0x00 || u32 length of name || name || commitment)
 * root       = RFC 6962 Merkle tree hash over the leaves, in the order sent
 * </pre>
 */
public final class Arguments {
  /** Characters of one value in an opening: enough for a long SQL statement. */
  private static final int MAX_KEPT = 65_536;

  /** Characters of all values of one call in an opening. */
  private static final int MAX_KEPT_TOTAL = 1 << 20;

  /**
   * Characters of all values of one call in an opening that keeps them whole. An answer to "what
   * was written there" may be a file; what one message can hold at most would be a disk soon.
   */
  private static final int MAX_WHOLE = 16 << 20;

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Looking the algorithms up costs as much as a commitment. */
  private static final ThreadLocal<Digests> DIGESTS = ThreadLocal.withInitial(Digests::new);

  private final String root;
  private final String secrets;
  private final byte[] opening;

  private Arguments(String root, String secrets, byte[] opening) {
    this.root = root;
    this.secrets = secrets;
    this.opening = opening;
  }

  public static Arguments commit(ArgumentsPolicy policy, List<NamedValue> values) {
    return commit(policy, values, List.of());
  }

  /**
   * As {@link #commit(ArgumentsPolicy, List)}.
   *
   * @param secrets whose values stood there; kept whatever the policy is
   */
  public static Arguments commit(
      ArgumentsPolicy policy, List<NamedValue> values, List<KeptSecret> secrets) {
    Digests digests = DIGESTS.get();
    List<byte[]> commitments = new ArrayList<>(values.size());
    Frontier tree = new Frontier();
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    List<byte[]> keys = new ArrayList<>(values.size());
    for (NamedValue value : values) {
      byte[] r = new byte[Format.HASH];
      RANDOM.nextBytes(r);
      keys.add(r);
      byte[] commitment = digests.hmac(r, value.value());
      commitments.add(commitment);
      tree.add(digests, leaf(digests, value.name(), commitment));
    }
    String root = base64.encodeToString(tree.root(digests));
    Line line = new Line().raw(start(root) + ",\"arguments\":[");
    boolean whole = policy == ArgumentsPolicy.FULL;
    int room = whole ? MAX_WHOLE : MAX_KEPT_TOTAL;
    for (int i = 0; i < values.size(); i++) {
      NamedValue value = values.get(i);
      line.raw(i == 0 ? "{\"name\":\"" : ",{\"name\":\"").text(value.name());
      line.raw("\",\"r\":\"" + base64.encodeToString(keys.get(i)) + "\"");
      line.raw(",\"commitment\":\"" + base64.encodeToString(commitments.get(i)) + "\"");
      if (policy != ArgumentsPolicy.DIGEST) {
        int end = Math.min(value.kept().length(), whole ? room : Math.min(MAX_KEPT, room));
        room -= end;
        line.raw(",\"text\":\"").text(value.kept().substring(0, end)).raw("\"");
        line.raw(end < value.kept().length() ? ",\"cut\":true" : "");
      }
      line.raw("}");
    }
    line.raw("]");
    String digest = "";
    if (!secrets.isEmpty()) {
      byte[] text = KeptSecret.text(secrets);
      line.raw(",\"secrets\":").utf8(text);
      digest = digest(digests, text);
    }
    return new Arguments(root, digest, line.raw("}\n").bytes());
  }

  /**
   * With what an opening begins. Not of {@link Opening}, which loads a JSON library to read one.
   */
  static String start(String root) {
    return "{\"root\":\"" + root + "\"";
  }

  static byte[] leaf(Digests digests, String name, byte[] commitment) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] length = ByteBuffer.allocate(4).putInt(bytes.length).array();
    return digests.hash(new byte[] {Format.LEAF}, length, bytes, commitment);
  }

  /** Base64url of the root. */
  public String root() {
    return root;
  }

  static String digest(Digests digests, byte[] secrets) {
    return "sha256:" + HexFormat.of().formatHex(digests.hash(secrets));
  }

  /** The digest of what the opening holds of secrets; empty where it holds none. */
  public String secrets() {
    return secrets;
  }

  /** One JSON line, for {@code openings/}. */
  public byte[] opening() {
    return opening;
  }
}
