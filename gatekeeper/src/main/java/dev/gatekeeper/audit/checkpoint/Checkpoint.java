package dev.gatekeeper.audit.checkpoint;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A head of the log in the words of C2SP tlog-checkpoint, as a C2SP signed note with two
 * signatures: of the epoch's key, which is erased when the epoch ends, and of the log's identity.
 */
public final class Checkpoint {
  private Checkpoint() {}

  public static byte[] sign(
      Digests digests, byte[] logId, SigningKey identity, Epoch epoch, Frontier tree, long size) {
    String origin = origin(logId);
    Base64.Encoder base64 = Base64.getEncoder();
    String text = origin + "\n" + size + "\n" + base64.encodeToString(tree.root(digests)) + "\n";
    return (text
            + "\n"
            + signature(digests, origin + Format.EPOCH_NAME + epoch.number(), epoch.key(), text)
            + signature(digests, origin, identity, text))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** How many bytes the first of {@code notes} take that cover no more than {@code records}. */
  public static int covering(byte[] notes, long records) {
    int end = 0;
    String all = new String(notes, StandardCharsets.UTF_8);
    for (String note : all.split("(?m)(?=^" + Format.ORIGIN + ")", -1)) {
      String[] lines = note.split("\n", -1);
      if (lines.length < 2
          || !lines[1].matches("[1-9][0-9]{0,17}")
          || Long.parseLong(lines[1]) > records) {
        return end;
      }
      end += note.getBytes(StandardCharsets.UTF_8).length;
    }
    return end;
  }

  /** How many records {@code note} covers; 0 when it is no checkpoint of this log. */
  public static long size(byte[] note, byte[] logId) {
    String[] lines = new String(note, StandardCharsets.UTF_8).split("\n", -1);
    return lines.length > 1
            && lines[0].equals(origin(logId))
            && lines[1].matches("[1-9][0-9]{0,17}")
        ? Long.parseLong(lines[1])
        : 0;
  }

  public static String origin(byte[] logId) {
    return Format.ORIGIN + HexFormat.of().formatHex(logId);
  }

  private static String signature(Digests digests, String name, SigningKey key, String text) {
    byte[] id =
        digests.hash(
            (name + "\n").getBytes(StandardCharsets.UTF_8),
            new byte[] {Format.NOTE_ED25519},
            key.publicKey());
    byte[] signature = key.sign(text.getBytes(StandardCharsets.UTF_8));
    byte[] both =
        ByteBuffer.allocate(4 + signature.length).put(Arrays.copyOf(id, 4)).put(signature).array();
    return "— " + name + " " + Base64.getEncoder().encodeToString(both) + "\n";
  }
}
