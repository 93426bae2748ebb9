package dev.gatekeeper.audit.record;

import java.nio.charset.StandardCharsets;

/**
 * The numbers and labels of the format that {@code docs/audit-format.md} specifies. They are all
 * that the appender and the verifier share.
 */
public final class Format {
  public static final String VERSION = "1";

  /**
   * Bytes of a line without its line feed: an unsigned 16-bit length, and what one read of 64 KiB
   * holds.
   */
  public static final int MAX_LINE = 65_535;

  /** Bytes of a hash, a key, a MAC. */
  public static final int HASH = 32;

  /** Characters of 32 bytes in base64url without padding. */
  public static final int HASH_TEXT = 43;

  public static final int LOG_ID = 16;

  /** {@code ,"prev":"…","mac":"…"}}: bytes from the end of the body to the end of the line. */
  public static final int SUFFIX = 9 + HASH_TEXT + 9 + HASH_TEXT + 2;

  /** RFC 6962 section 2.1: domain separation of leaves and nodes. */
  public static final byte LEAF = 0;

  public static final byte NODE = 1;

  /** Domain separation in the ratchet: from K to the key of one record, and to the next K. */
  public static final byte RECORD_KEY = 1;

  public static final byte NEXT_KEY = 2;

  public static final String MAC_LABEL = "gk-mac/1";

  /** HPKE info of a sealed MAC key. */
  public static final String SEAL_INFO = "gk-mac-seal/1";

  public static final String NO_SEAL = "none";

  /** The origin line of checkpoints, followed by the log id in lower-case hexadecimal. */
  public static final String ORIGIN = "gatekeeper-audit/";

  /** Between origin and epoch number in the name of an epoch's key. */
  public static final String EPOCH_NAME = "/epoch-";

  /** C2SP signed-note: the type byte of an Ed25519 key. */
  public static final byte NOTE_ED25519 = 1;

  public static final String LOG_DIRECTORY = "log";
  public static final String SEGMENT_SUFFIX = ".jsonl";

  /** Digits of the first n in a segment's name, so that names sort as numbers. */
  public static final int SEGMENT_DIGITS = 20;

  /** With what the name of a segment begins: a number has at most 18 digits. */
  public static final String SEGMENT_ZEROS = "00";

  public static final String STATE_FILE = "state";
  public static final String LOCK_FILE = "append.lock";
  public static final String CHECKPOINT_DIRECTORY = "checkpoints";

  /** The newest checkpoint. */
  public static final String LATEST = "latest";

  /** The checkpoint that closed each epoch, one after the other. */
  public static final String EPOCHS = "epochs";

  public static final String OPENINGS_DIRECTORY = "openings";

  /** C2SP tlog-tiles; a copy of hashes that nothing relies on, but for those of pruned records. */
  public static final String TILES_DIRECTORY = "tiles";

  public static final String SET_ASIDE_DIRECTORY = "set-aside";

  /** Hashes of a tile. */
  public static final int TILE_WIDTH = 256;

  /** In the place of a pruned segment: the lines of it that signatures hang on. */
  public static final String KEPT_SUFFIX = ".kept";

  /** State file: two slots, each with its SHA-256 in its last 32 bytes. */
  public static final int SLOT = 4096;

  public static final byte[] STATE_MAGIC = "GKSTATE1".getBytes(StandardCharsets.US_ASCII);

  private Format() {}
}
