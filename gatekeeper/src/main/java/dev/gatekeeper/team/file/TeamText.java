package dev.gatekeeper.team.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The whole file as lines, nothing opened: header, the sealed index, the sealed parts, and the
 * signature of one of its members over all of it. Specified in {@code docs/team-vault.md}. What
 * {@link #parse} accepts, {@link #print} writes back byte for byte.
 *
 * @param index sealed, canonical base64url
 * @param parts sealed, canonical base64url, in the order of the index
 * @param signer Ed25519 key of a member, canonical base64url
 * @param signature canonical base64url
 */
public record TeamText(
    TeamHeader header, String index, List<String> parts, String signer, String signature) {
  /** The first line, and part of what each key of a member seals. */
  public static final String VERSION = "gatekeeper-team-vault/1";

  /** 4 MiB: whoever can push writes it, and an agent waits while it is read. */
  public static final int MAX_BYTES = 4 << 20;

  /** Secrets of one file. */
  public static final int MAX_PARTS = 4_096;

  private static final int MAX_INDEX_BYTES = 2 << 20;

  /** Bytes of one value. */
  public static final int MAX_SECRET_BYTES = 64 << 10; // as in a person's vault

  private static final int KEY_BYTES = SealKeyPair.KEY_BYTES;
  private static final int SEALED_KEY_BYTES = VaultKey.BYTES + Seal.OVERHEAD_BYTES;
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9@._-]{0,63}");

  public TeamText {
    parts = List.copyOf(parts);
  }

  /** Whether a member can be called so. */
  public static boolean isLabel(String text) {
    return LABEL.matcher(text).matches();
  }

  /** Signs what was made. */
  public static TeamText signed(
      TeamHeader header, String index, List<String> parts, TeamIdentity by) throws VaultException {
    String signer = by.publicIdentity().signKey();
    byte[] statement = statement(header, index, parts, signer);
    return new TeamText(header, index, parts, signer, Base64Url.of(by.sign(statement)));
  }

  /** The file. */
  public byte[] print() {
    return (unsigned(header, index, parts) + "signature " + signer + " " + signature + "\n")
        .getBytes(US_ASCII);
  }

  /** What the key of the index is derived from, and what binds it to the header. */
  public static byte[] bound(TeamHeader header) {
    return Bytes.sha256("header", text(header).getBytes(US_ASCII));
  }

  private static byte[] statement(
      TeamHeader header, String index, List<String> parts, String signer) {
    return Bytes.statement(
        "file", (unsigned(header, index, parts) + "signature " + signer).getBytes(US_ASCII));
  }

  private static String unsigned(TeamHeader header, String index, List<String> parts) {
    StringBuilder text = new StringBuilder(text(header));
    text.append("index ").append(index).append('\n');
    parts.forEach(part -> text.append("part ").append(part).append('\n'));
    return text.toString();
  }

  private static String text(TeamHeader header) {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    text.append("vault ").append(header.id()).append('\n');
    text.append("generation ").append(header.generation()).append('\n');
    header.parents().forEach(parent -> text.append("parent ").append(parent).append('\n'));
    for (TeamHeader.Slot slot : header.slots()) {
      text.append("slot recipient ")
          .append(words(slot.member()).replaceFirst(" (\\S+) ", " $1 " + slot.sealedKey() + " "))
          .append('\n');
    }
    header.removed().forEach(one -> text.append("removed ").append(words(one)).append('\n'));
    return text.toString();
  }

  /** As a line of the file and of the memory has it. */
  public static String words(Member member) {
    return String.join(
        " ",
        member.label(),
        member.identity().sealKey(),
        member.identity().signKey(),
        Long.toString(member.since()),
        member.voucher(),
        member.vouch());
  }

  /** As a line of the file and of the memory has it. */
  public static String words(TeamHeader.Removed removed) {
    return String.join(
        " ",
        removed.label(),
        removed.identity().sealKey(),
        removed.identity().signKey(),
        Long.toString(removed.at()));
  }

  /**
   * Reads a file that anybody may have written.
   *
   * @throws VaultException unless one of the members that it names signed every bit of it
   */
  public static TeamText parse(byte[] bytes) throws VaultException {
    LineReader reader = new LineReader("team vault", bytes);
    if (!reader.line().equals(VERSION)) {
      throw reader.fault("not a team's vault of a version that this program knows");
    }
    TeamHeader header = header(reader);
    String index =
        reader.base64(reader.words("index", 1, 1).getFirst(), Aead.OVERHEAD_BYTES, MAX_INDEX_BYTES);
    List<String> parts = new ArrayList<>();
    while (reader.nextIs("part")) {
      if (parts.size() == MAX_PARTS) {
        throw reader.fault("a part too many");
      }
      parts.add(
          reader.base64(
              reader.words("part", 1, 1).getFirst(),
              Aead.OVERHEAD_BYTES + 1,
              MAX_SECRET_BYTES + Aead.OVERHEAD_BYTES));
    }
    List<String> words = reader.words("signature", 2, 2);
    String signer = reader.base64(words.getFirst(), KEY_BYTES, KEY_BYTES);
    String signature =
        reader.base64(words.getLast(), Ed25519.SIGNATURE_BYTES, Ed25519.SIGNATURE_BYTES);
    if (reader.hasNext()) {
      throw reader.fault("something follows the signature");
    }
    if (header.signer(signer).isEmpty()
        || !Ed25519.verifies(
            Base64Url.parse(signer),
            statement(header, index, parts, signer),
            Base64Url.parse(signature))) {
      throw reader.fault("not signed by one of its members: the file was altered");
    }
    return new TeamText(header, index, parts, signer, signature);
  }

  private static TeamHeader header(LineReader reader) throws VaultException {
    String id =
        reader.base64(
            reader.words("vault", 1, 1).getFirst(), TeamHeader.ID_BYTES, TeamHeader.ID_BYTES);
    long generation = reader.generation();
    List<String> parents = reader.parents();
    List<TeamHeader.Slot> slots = slots(reader, generation);
    List<TeamHeader.Removed> removed = new ArrayList<>();
    String last = "";
    while (reader.nextIs("removed")) {
      TeamHeader.Removed one = removed(reader, reader.words("removed", 4, 4));
      if (one.identity().signKey().compareTo(last) <= 0
          || removed.size() == TeamHeader.MAX_REMOVED
          || one.at() > generation
          || slots.stream().anyMatch(slot -> one.undoes(slot.member()))) {
        throw reader.fault("a removal is repeated, out of order, one too many, or of a member");
      }
      last = one.identity().signKey();
      removed.add(one);
    }
    return new TeamHeader(id, generation, parents, slots, removed);
  }

  private static List<TeamHeader.Slot> slots(LineReader reader, long generation)
      throws VaultException {
    List<TeamHeader.Slot> slots = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    String last = "";
    while (reader.nextIs("slot")) {
      List<String> words = new ArrayList<>(reader.words("slot", 8, 8));
      if (!words.removeFirst().equals("recipient")) {
        throw reader.fault("a slot that is no recipient's");
      }
      String sealed = reader.base64(words.remove(2), SEALED_KEY_BYTES, SEALED_KEY_BYTES);
      Member member = member(reader, words);
      if (member.label().compareTo(last) <= 0
          || slots.size() == TeamHeader.MAX_SLOTS
          || member.since() > generation
          || !keys.add(member.identity().sealKey())
          || !keys.add(member.identity().signKey())) {
        throw reader.fault("a slot is repeated, out of order, or one too many");
      }
      last = member.label();
      slots.add(new TeamHeader.Slot(member, sealed));
    }
    if (slots.isEmpty()) {
      throw reader.fault("no slot follows: nothing could open this vault");
    }
    return slots;
  }

  /** What {@link #words(Member)} wrote. */
  public static Member member(LineReader reader, List<String> words) throws VaultException {
    return new Member(
        label(reader, words.get(0)),
        identity(reader, words),
        reader.number(words.get(3)),
        reader.base64(words.get(4), KEY_BYTES, KEY_BYTES),
        reader.base64(words.get(5), Ed25519.SIGNATURE_BYTES, Ed25519.SIGNATURE_BYTES));
  }

  /** What {@link #words(TeamHeader.Removed)} wrote. */
  public static TeamHeader.Removed removed(LineReader reader, List<String> words)
      throws VaultException {
    return new TeamHeader.Removed(
        label(reader, words.get(0)), identity(reader, words), reader.number(words.get(3)));
  }

  private static PublicIdentity identity(LineReader reader, List<String> words)
      throws VaultException {
    return new PublicIdentity(
        reader.base64(words.get(1), KEY_BYTES, KEY_BYTES),
        reader.base64(words.get(2), KEY_BYTES, KEY_BYTES));
  }

  private static String label(LineReader reader, String word) throws VaultException {
    if (!isLabel(word)) {
      throw reader.fault("a label is malformed");
    }
    return word;
  }
}
