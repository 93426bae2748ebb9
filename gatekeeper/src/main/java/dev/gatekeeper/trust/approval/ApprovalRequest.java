package dev.gatekeeper.trust.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Members;
import dev.gatekeeper.json.Slice;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A call as it is put before a person. Its bytes are what the person's key signs: a file in which
 * one of them was altered is shown as altered, and the answer to it counts for nothing.
 *
 * @param id what a person types
 * @param session 128 random bits that the asking session knows of itself, as hexadecimal text: the
 *     answer is of use to that session alone
 * @param asked in UTC, by the wall clock
 * @param expires the moment from which on no answer counts
 * @param shown the arguments as a person reads them, known secrets masked; foreign text
 */
public record ApprovalRequest(
    String id, String session, AskedCall call, Instant asked, Instant expires, String shown) {
  /**
   * Bytes of the arguments as shown. A person who is to answer for a call has to read it: what is
   * longer is refused and not cut, for what was cut off would be approved unread.
   */
  public static final int MAX_SHOWN = 64 << 10;

  /** Bytes of a file: the arguments, each byte escaped, and 16 KiB of names. */
  static final int MAX_BYTES = 6 * MAX_SHOWN + (16 << 10);

  private static final Pattern ID = Pattern.compile("[a-z2-7]{8}");
  private static final int VERSION = 1;
  private static final byte[] DOMAIN = "gatekeeper-approval/1\n".getBytes(UTF_8);

  /** Whether {@code text} can be an id: it becomes the name of a file. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** As a file holds it, and as it is signed. */
  byte[] toBytes() {
    return Json.object()
        .put("version", VERSION)
        .put("id", id)
        .put("session", session)
        .put("project", call.project())
        .put("server", call.server())
        .put("tool", call.tool())
        .put("list", call.list())
        .put("arguments", call.arguments())
        .put("asked", asked.toString())
        .put("expires", expires.toString())
        .put("shown", shown)
        .toBytes();
  }

  /** What the trust key signs. No other statement of that key starts like it. */
  byte[] statement() {
    byte[] bytes = toBytes();
    byte[] statement = Arrays.copyOf(DOMAIN, DOMAIN.length + bytes.length);
    System.arraycopy(bytes, 0, statement, DOMAIN.length, bytes.length);
    return statement;
  }

  /**
   * {@code sha256:} and the digest of the bytes: names the request in a record and, since the
   * session's random bits are part of them, tells nobody what the arguments were.
   */
  public String digest() {
    return Digest.sha256(toBytes());
  }

  /**
   * Reads what {@link #toBytes} wrote, and nothing that is only like it: repeated or further
   * members, other escapes and white space are refused.
   *
   * @throws ApprovalException where it is anything else
   */
  static ApprovalRequest parse(byte[] bytes) throws ApprovalException {
    try {
      Members members = Slice.of(bytes).members();
      ApprovalRequest request =
          new ApprovalRequest(
              text(members, "id"),
              text(members, "session"),
              new AskedCall(
                  text(members, "project"),
                  text(members, "server"),
                  text(members, "tool"),
                  text(members, "list"),
                  text(members, "arguments")),
              Instant.parse(text(members, "asked")),
              Instant.parse(text(members, "expires")),
              text(members, "shown"));
      if (isId(request.id) && Arrays.equals(request.toBytes(), bytes)) {
        return request;
      }
    } catch (MalformedException | DateTimeException e) {
      // Said below: what it holds instead is for nobody to read.
    }
    throw new ApprovalException("it is not of the form in which a session asks");
  }

  private static String text(Members members, String name)
      throws MalformedException, ApprovalException {
    return members
        .get(name)
        .filter(Slice::isString)
        .orElseThrow(() -> new ApprovalException("it has no text for " + name))
        .string();
  }
}
