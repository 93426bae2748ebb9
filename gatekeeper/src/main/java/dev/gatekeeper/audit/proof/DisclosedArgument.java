package dev.gatekeeper.audit.proof;

import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One argument of a call as somebody tells it, with what leads from it to the record of the call.
 *
 * <p>Guarantee: where there is no fault, the call had an argument of this name, and of this value
 * where one is told or compared. How many arguments it had, and which of them this one is, nobody
 * committed to: index and size only say how the path leads.
 */
public final class DisclosedArgument {
  /** Why an argument is not one of the call. */
  public enum Fault {
    /** The record commits to other arguments, or to none. */
    CALL,
    /** What the record commits to has no argument of this name and commitment at this path. */
    ARGUMENT,
    /** The value that is told, with r, does not give the commitment. */
    VALUE
  }

  private static final String TEXT = "text";
  private static final List<String> KEYS =
      List.of("root", "index", "size", "name", "r", "commitment", TEXT, "path");
  private static final String NUMBER = "0|[1-9][0-9]{0,17}";

  /** Characters of an escape: {@code \}{@code u001f}. */
  private static final int ESCAPE = 6;

  private final String line;
  private final Map<String, String> values;
  private final byte[] root;
  private final byte[] r;
  private final byte[] commitment;
  private final List<byte[]> path;

  private DisclosedArgument(
      String line,
      Map<String, String> values,
      byte[] root,
      byte[] r,
      byte[] commitment,
      List<byte[]> path) {
    this.line = line;
    this.values = values;
    this.root = root;
    this.r = r;
    this.commitment = commitment;
    this.path = path;
  }

  /**
   * Reads a line, without its line feed; nothing when any character is out of place. There is one
   * spelling of what it says, so a reader of the line sees what is checked.
   */
  static Optional<DisclosedArgument> parse(String line) {
    Map<String, String> values = new HashMap<>();
    int at = 0;
    for (String key : KEYS) {
      String start = (at == 0 ? "{\"" : ",\"") + key + "\":\"";
      if (line.startsWith(start, at)) {
        StringBuilder value = new StringBuilder();
        at = string(line, at + start.length(), value) + 1;
        values.put(key, value.toString());
      } else if (!key.equals(TEXT)) {
        return Optional.empty();
      }
      if (at == 0) {
        return Optional.empty();
      }
    }
    boolean whole =
        line.substring(at).equals("}")
            && values.getOrDefault("index", "").matches(NUMBER)
            && values.getOrDefault("size", "").matches(NUMBER);
    Optional<byte[]> root = hash(values, "root");
    Optional<byte[]> r = hash(values, "r");
    Optional<byte[]> commitment = hash(values, "commitment");
    Optional<List<byte[]>> path = path(values.getOrDefault("path", ""));
    return whole && root.isPresent() && r.isPresent() && commitment.isPresent() && path.isPresent()
        ? Optional.of(
            new DisclosedArgument(line, values, root.get(), r.get(), commitment.get(), path.get()))
        : Optional.empty();
  }

  /** Where the closing quote of a string of JSON stands, its value read; -1 when it is none. */
  private static int string(String line, int start, StringBuilder value) {
    for (int at = start; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '"') {
        return at;
      }
      if (c < 0x20) {
        return -1;
      }
      if (c != '\\') {
        value.append(c);
        continue;
      }
      char next = at + 1 < line.length() ? line.charAt(at + 1) : 0;
      String escape = line.substring(at, Math.min(at + ESCAPE, line.length()));
      if (next == '"' || next == '\\') {
        value.append(next);
        at++;
      } else if (escape.matches("\\\\u00[01][0-9a-f]")) {
        value.append((char) Integer.parseInt(escape, 2, ESCAPE, 16));
        at += ESCAPE - 1;
      } else {
        return -1;
      }
    }
    return -1;
  }

  private static Optional<byte[]> hash(Map<String, String> values, String key) {
    return AuditRecord.key(values.getOrDefault(key, ""));
  }

  private static Optional<List<byte[]>> path(String text) {
    List<byte[]> path = new ArrayList<>();
    for (String hash : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      AuditRecord.key(hash).ifPresent(path::add);
      if (path.size() > Merkle.MAX_PATH) {
        return Optional.empty();
      }
    }
    int characters = path.size() * (Format.HASH_TEXT + 1);
    return text.length() == Math.max(0, characters - 1) ? Optional.of(path) : Optional.empty();
  }

  /** The line as it was read, without a line feed. */
  String line() {
    return line;
  }

  /** What the argument is called; empty also where the arguments were no object. */
  public String name() {
    return value("name");
  }

  /** The value that is told, as the agent sent it; nothing where only its digest is handed on. */
  public Optional<String> text() {
    return Optional.ofNullable(values.get(TEXT));
  }

  private String value(String key) {
    return values.getOrDefault(key, "");
  }

  /** What is wrong with it, as an argument of the call that {@code record} is of. */
  public Optional<Fault> fault(AuditRecord record) {
    if (!record.get(Field.ARGUMENTS).equals(Optional.of(value("root")))) {
      return Optional.of(Fault.CALL);
    }
    long index = Long.parseLong(value("index"));
    long size = Long.parseLong(value("size"));
    if (!Merkle.includes(leaf(), index, size, path, root)) {
      return Optional.of(Fault.ARGUMENT);
    }
    return text().isEmpty() || wasSent(text().get().getBytes(StandardCharsets.UTF_8))
        ? Optional.empty()
        : Optional.of(Fault.VALUE);
  }

  private byte[] leaf() {
    byte[] name = name().getBytes(StandardCharsets.UTF_8);
    byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array();
    return new Hashing().sha256(new byte[] {Format.LEAF}, length, name, commitment);
  }

  /**
   * How many of the bytes that somebody claims are what the agent sent: all, or all but one line
   * feed at their end, since editors add one. Nothing when the agent sent others.
   */
  public OptionalInt sentOf(byte[] claimed) {
    int last = claimed.length - 1;
    if (wasSent(claimed)) {
      return OptionalInt.of(claimed.length);
    }
    return last >= 0 && claimed[last] == '\n' && wasSent(Arrays.copyOf(claimed, last))
        ? OptionalInt.of(last)
        : OptionalInt.empty();
  }

  private boolean wasSent(byte[] value) {
    byte[] committed = new byte[Format.HASH];
    new Hashing().hmac(r, value, committed);
    return Arrays.equals(committed, commitment);
  }
}
