import static java.nio.charset.StandardCharsets.*;

import java.io.*;
import java.math.BigInteger;
import java.nio.*;
import java.nio.charset.*;
import java.nio.file.*;
import java.security.*;
import java.security.spec.*;
import java.util.*;
import java.util.regex.*;
import java.util.stream.*;
import javax.crypto.*;
import javax.crypto.spec.*;

/**
 * Checks an audit log of gatekeeper without gatekeeper: {@code java Verify.java DIR}; or a proof or
 * disclosure out of one: {@code java Verify.java FILE}. One file, written from
 * docs/audit-format.md, to be read by whoever does not want to trust the program that wrote the
 * log. With {@code --key FILE}, an X25519 private half as base64url, as {@code gatekeeper audit
 * auditor key FILE} makes one, it also checks the MACs of the epochs whose key is sealed to it.
 *
 * <p>Exit status: 0 sound, 1 tampered or lost, 2 usage, 3 cannot judge. It holds one segment in
 * memory and says only the first thing that is wrong.
 */
final class Verify {
  /** The log is not what was written. */
  static final class Tampered extends Exception {
    Tampered(String what) {
      super(what);
    }
  }

  private static final List<String> KEYS =
      List.of(
          ("v n log time mono boot event session pid agent agent_version project list lock server"
                  + " direction method tool definition tool_use outcome rule error duration size"
                  + " redactions secret variable source generation approver arguments ref reason"
                  + " digest identity epoch epoch_key mac_seal prev mac")
              .split(" "));
  private static final List<String> EVENTS =
      List.of(
          ("log.open session.open session.close server.start server.stop call.intent call.outcome"
                  + " call.denied grant revoke approval trust vault.change key.epoch segment.close"
                  + " segment.open peer.seen anchor recover prune forget clock.step fault export"
                  + " hook masked login refresh logout")
              .split(" "));

  private static final String TIME =
      "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z";

  private record Note(
      String text, String origin, long size, byte[] root, List<String> signatures) {}

  private record Epoch(long number, long introducedAt, byte[] key) {}

  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  /** Bytes of a segment: it goes on in another file from 64 MiB on. */
  private static final int MAX_SEGMENT = 1 << 30;

  private static final int MAX_KEPT = 64 << 20;

  /** Seals of a record that are tried. */
  private static final int MAX_SEALS = 64;

  private final Path directory;
  private final MessageDigest sha;
  private final TreeMap<Long, List<Note>> notes = new TreeMap<>();
  private final List<Epoch> epochs = new ArrayList<>();
  private final List<byte[]> subtrees = new ArrayList<>();
  private ByteBuffer state;
  private long n;
  private byte[] previous = new byte[32];
  private String logId = "";
  private byte[] identity = {};
  private long signed;
  private long trusted;
  private long begins;
  private long told;
  private final List<String> lost = new ArrayList<>();
  private byte[] half;
  private byte[] macKey;
  private long macs;

  private Verify(Path directory) throws Exception {
    this.directory = directory;
    this.sha = MessageDigest.getInstance("SHA-256");
  }

  public static void main(String[] args) throws Exception {
    boolean proof = args.length > 0 && Files.isRegularFile(Path.of(args[0]));
    Map<String, Path> options = new HashMap<>();
    for (int i = 1; i + 1 < args.length && proof; i += 2) {
      options.put(args[i], Path.of(args[i + 1]));
    }
    boolean keyed = args.length == 3 && args[1].equals("--key") && !proof;
    if (args.length != (keyed ? 3 : 1 + 2 * options.size())
        || !Set.of("--checkpoint", "--value").containsAll(options.keySet())) {
      System.err.println("usage: java Verify.java DIR [--key FILE]");
      System.err.println("       java Verify.java PROOF [--checkpoint FILE] [--value FILE]");
      System.exit(2);
    }
    System.exit(
        proof
            ? judge(Path.of(args[0]), options.get("--checkpoint"), options.get("--value"))
            : judge(Path.of(args[0]), keyed ? key(Path.of(args[2])) : null));
  }

  private static byte[] key(Path file) throws Exception {
    try {
      byte[] text = bounded(file, 44);
      check(text.length == 44 && text[43] == '\n', "not 43 characters and a line feed");
      return decode(new String(text, 0, 43, ISO_8859_1), 32);
    } catch (Tampered | IOException e) {
      System.err.println("no X25519 private half: " + e.getMessage());
      System.exit(2);
      throw e;
    }
  }

  /** The exit status for a log. */
  static int judge(Path directory) throws Exception {
    return judge(directory, null);
  }

  private static int judge(Path directory, byte[] half) throws Exception {
    String verdict = verdict(directory, half);
    System.out.println(verdict.substring(2));
    return verdict.charAt(0) - '0';
  }

  /**
   * The exit status, and words. Where files were pruned meanwhile, what seemed wrong is looked at
   * again.
   */
  static String verdict(Path directory, byte[] half) throws Exception {
    for (int look = 1; ; look++) {
      Verify verify = new Verify(directory);
      verify.half = half;
      String verdict;
      int exit;
      try {
        verdict = "sound: " + verify.run();
        exit = 0;
      } catch (Tampered e) {
        verdict = "tampered: " + e.getMessage();
        exit = 1;
      } catch (IOException | OutOfMemoryError e) {
        verdict = "cannot judge: " + e.getMessage();
        exit = 3;
      }
      if (exit == 0 || look == 5 || !verify.isPrunedMeanwhile()) {
        return exit + " " + verdict;
      }
    }
  }

  private boolean isPrunedMeanwhile() {
    try {
      List<Path> now = segments();
      return !now.isEmpty() && first(now.get(0)) > begins;
    } catch (IOException e) {
      return false;
    }
  }

  // ---- the checklist

  private String run() throws Exception {
    // What is written last is read first: nothing that is read here is ahead of a log in use.
    boolean live = Files.exists(directory.resolve("state"), LinkOption.NOFOLLOW_LINKS);
    byte[] stateFile = read("state", 8192);
    state = newestSlot(stateFile);
    byte[] latest = read("checkpoints/latest", 4096);
    byte[] closed = read("checkpoints/epochs", MAX_KEPT);
    List<Path> segments = segments();
    if (segments.isEmpty() && stateFile.length == 0 && latest.length == 0) {
      throw new IOException("there is no log in " + directory);
    }
    check(state != null || !live || segments.isEmpty(), "no slot of the state is whole");
    expect(latest);
    try {
      expect(closed);
    } catch (Tampered e) {
      // On a log in use, a crash may have left a part of a checkpoint behind those that count.
      long end = state == null ? -1 : state.getLong(72);
      check(end >= 0 && end <= closed.length, e.getMessage());
      expect(Arrays.copyOf(closed, (int) end));
    }
    begins = segments.isEmpty() ? 0 : first(segments.get(0));
    pruned();
    boolean torn = false;
    for (Path segment : segments) {
      check(!torn, "a segment after one that does not end with a whole line");
      torn = segment(segment);
    }
    check(told >= begins, "records 0 to " + (begins - 1) + " are missing, and none says pruned");
    check(notes.isEmpty(), "more records were signed than " + n);
    check(
        state == null || Math.max(state.getLong(32), state.getLong(56)) <= n,
        "records were acknowledged that are not there");
    check(
        trusted >= (state == null ? epochs.size() - 2 : state.getLong(216)),
        "the key of epoch " + (trusted + 1) + " was not signed by the one before");
    if (n == 0 && state == null) {
      throw new IOException("there is no record in " + directory + ", nor a whole state");
    }
    if (half != null && macs == 0 && n > begins) {
      throw new IOException("the key opens no MAC key; without it, " + n + " records are sound");
    }
    return n
        + (" records, of which " + signed + " are signed")
        + (half == null
            ? ""
            : "; " + macs + " MACs hold, of the others no key is sealed to this one")
        + (begins > 0 ? "; of the first " + begins + " only hashes are left" : "")
        + (lost.isEmpty() ? "" : "; a person gave up " + String.join(", ", lost))
        + ("; identity " + URL.encodeToString(identity));
  }

  /** Whether there are bytes after the last whole line. */
  private boolean segment(Path file) throws Exception {
    long first = n;
    check(first(file) == n, "record " + n + " is missing");
    byte[] bytes = bounded(file, MAX_SEGMENT);
    int from = 0;
    for (int to = 0; to < bytes.length; to++) {
      if (bytes[to] == '\n') {
        byte[] line = Arrays.copyOfRange(bytes, from, to);
        Map<String, String> record;
        try {
          record = parse(line);
        } catch (Tampered e) {
          // A crash may leave anything where a line was being written that nobody was told of.
          if (state != null && n > 0 && n >= state.getLong(56) && notes.isEmpty()) {
            return true;
          }
          throw e;
        }
        record(record, line);
        if (state != null && state.getLong(32) == n) {
          compareState(to + 1, first);
        }
        from = to + 1;
      }
    }
    check(bytes.length - from <= 65_535, "a line that is too long");
    return from < bytes.length;
  }

  private void record(Map<String, String> record, byte[] line) throws Exception {
    open(record);
    check(record.get("n").equals(Long.toString(n)), "another number");
    check(record.get("log").equals(logId), "a record of another log");
    check(
        Arrays.equals(decode(record.get("prev"), 32), previous),
        "does not follow from the record before it");
    check(n == 0 || !record.get("event").equals("log.open"), "a log is opened inside a log");
    mac(record, line);
    take(record, hash(new byte[] {0}, line));
  }

  // ---- MACs, of the epochs whose key is sealed to a private half

  private void mac(Map<String, String> record, byte[] line) throws Exception {
    if (!record.get("event").equals("key.epoch")) {
      unseal(record, n);
    }
    if (macKey == null) {
      return;
    }
    byte[] key = hmac(macKey, new byte[] {1}, u64(n));
    byte[] body = hash(new byte[] {0}, Arrays.copyOf(line, line.length - 106));
    byte[] label = "gk-mac/1".getBytes(UTF_8);
    byte[] mac = hmac(key, label, decode(logId, 16), u64(n), previous, body);
    check(Arrays.equals(mac, decode(record.get("mac"), 32)), "the MAC of record " + n);
    macs++;
  }

  /** K of the record after this one: the next one of its epoch, or the first one of another. */
  private void keys(Map<String, String> record) throws Exception {
    macKey = macKey == null ? null : hmac(macKey, new byte[] {2}, u64(n));
    if ("key.epoch".equals(record.get("event"))) {
      unseal(record, n + 1);
    }
  }

  private void unseal(Map<String, String> record, long first) throws Exception {
    if (half == null || !record.containsKey("mac_seal")) {
      return;
    }
    macKey = null;
    byte[] aad = ByteBuffer.allocate(24).put(decode(record.get("log"), 16)).putLong(first).array();
    String[] seals = record.get("mac_seal").split(" ", -1);
    for (String seal : Arrays.copyOf(seals, Math.min(seals.length, MAX_SEALS))) {
      try {
        check(seal.indexOf(':') >= 0, "a seal without a label");
        byte[] sealed = decode(seal.substring(seal.indexOf(':') + 1), 32 + 32 + 16);
        macKey = opened(Arrays.copyOf(sealed, 32), Arrays.copyOfRange(sealed, 32, 80), aad);
        return;
      } catch (Tampered | GeneralSecurityException | ProviderException e) {
        // Somebody else's.
      }
    }
  }

  /** RFC 9180: base mode of DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
  private byte[] opened(byte[] encapsulated, byte[] ciphertext, byte[] aad) throws Exception {
    byte[] base = new byte[32];
    base[0] = 9;
    byte[] kem = {'K', 'E', 'M', 0, 0x20};
    byte[] dh =
        hmac(
            new byte[32],
            "HPKE-v1".getBytes(UTF_8),
            kem,
            "eae_prk".getBytes(UTF_8),
            agreed(encapsulated));
    byte[] shared = expand(dh, kem, "shared_secret", concat(encapsulated, agreed(base)), 32);
    byte[] suite = {'H', 'P', 'K', 'E', 0, 0x20, 0, 1, 0, 2};
    byte[] none = {};
    byte[] info = "gk-mac-seal/1".getBytes(UTF_8);
    byte[] context =
        concat(
            new byte[] {0},
            hmac(new byte[32], "HPKE-v1".getBytes(UTF_8), suite, "psk_id_hash".getBytes(UTF_8)),
            hmac(
                new byte[32], "HPKE-v1".getBytes(UTF_8), suite, "info_hash".getBytes(UTF_8), info));
    byte[] secret = hmac(shared, "HPKE-v1".getBytes(UTF_8), suite, "secret".getBytes(UTF_8), none);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(expand(secret, suite, "key", context, 32), "AES"),
        new GCMParameterSpec(128, expand(secret, suite, "base_nonce", context, 12)));
    cipher.updateAAD(aad);
    return cipher.doFinal(ciphertext);
  }

  /** X25519 of the own half and a point; not of one of small order. */
  private byte[] agreed(byte[] point) throws GeneralSecurityException {
    byte[] u = new byte[32];
    for (int i = 0; i < 32; i++) {
      u[i] = point[31 - i];
    }
    u[0] &= 0x7f;
    KeyFactory keys = KeyFactory.getInstance("X25519");
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, half)));
    agreement.doPhase(
        keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, u))),
        true);
    return agreement.generateSecret();
  }

  /** One block of HKDF-Expand is enough. */
  private static byte[] expand(byte[] secret, byte[] suite, String label, byte[] info, int length)
      throws Exception {
    byte[] size = {0, (byte) length};
    byte[] words = ("HPKE-v1" + new String(suite, ISO_8859_1) + label).getBytes(ISO_8859_1);
    return Arrays.copyOf(hmac(secret, size, words, info, new byte[] {1}), length);
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(concat(parts));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] u64(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  private void open(Map<String, String> record) throws Tampered {
    if (n == 0) {
      check("log.open".equals(record.get("event")), "the first record does not open a log");
      logId = record.get("log");
      identity = decode(record.get("identity"), 32);
    }
  }

  /** The next record; of a pruned one that keys do not hang on, only the hash. */
  private void take(Map<String, String> record, byte[] leaf) throws Exception {
    previous = leaf;
    add(previous);
    String ref = record.getOrDefault("ref", "");
    if ("prune".equals(record.get("event")) && isNumber(ref) && Long.parseLong(ref) <= n) {
      told = Math.max(told, Long.parseLong(ref));
    }
    if (record.containsKey("epoch")) {
      check(record.get("epoch").equals(Integer.toString(epochs.size())), "another epoch");
      // After a loss that a person accepted, no older key is left: signatures count anew from here.
      boolean anew = record.get("event").equals("recover");
      if (anew) {
        lost.add("what is lost at record " + n);
        trusted = trusted >= epochs.size() - 2 ? epochs.size() : trusted;
      }
      epochs.add(new Epoch(epochs.size(), anew ? n - 1 : n, decode(record.get("epoch_key"), 32)));
    }
    keys(record);
    n++;
    for (Note note : Objects.requireNonNullElse(notes.remove(n), List.<Note>of())) {
      checkpoint(note);
    }
  }

  // ---- what is left of records before the first segment

  private void pruned() throws Exception {
    Deque<byte[]> kept = begins == 0 ? new ArrayDeque<>() : kept();
    byte[] hashes = {};
    while (n < begins) {
      int at = (int) (n % 256);
      hashes = at == 0 ? tile(n / 256, (int) Math.min(256, begins - n)) : hashes;
      byte[] leaf = Arrays.copyOfRange(hashes, 32 * at, 32 * at + 32);
      String start = "{\"v\":\"1\",\"n\":\"" + n + "\"";
      boolean isKept = !kept.isEmpty() && new String(kept.peek(), ISO_8859_1).startsWith(start);
      byte[] line = isKept ? kept.remove() : null;
      Map<String, String> record = line == null ? Map.of() : parse(line);
      check(line == null || Arrays.equals(hash(new byte[] {0}, line), leaf), "a kept line");
      open(record);
      if (!"key.epoch".equals(record.get("event"))) {
        unseal(record, n);
      }
      take(record, leaf);
    }
    check(kept.isEmpty(), "kept lines that do not follow each other");
  }

  /** Lines that are kept, in their order. */
  private Deque<byte[]> kept() throws Exception {
    Deque<byte[]> kept = new ArrayDeque<>();
    for (Path file : files(".kept")) {
      byte[] bytes = first(file) < begins ? bounded(file, MAX_KEPT) : new byte[0];
      int from = 0;
      for (int to = 0; to < bytes.length; to++) {
        if (bytes[to] == '\n') {
          kept.add(Arrays.copyOfRange(bytes, from, to));
          from = to + 1;
        }
      }
    }
    return kept;
  }

  /** It may have more hashes than are needed: where pruning was cut short, or was done again. */
  private byte[] tile(long index, int width) throws Exception {
    String digits = Long.toString(index);
    String name = "0".repeat((3 - digits.length() % 3) % 3) + digits;
    String path = "tiles/0/" + name.replaceAll("([0-9]{3})(?=[0-9])", "x$1/");
    for (int more = width; more <= 256; more++) {
      try {
        byte[] hashes = read(more == 256 ? path : path + ".p/" + more, 32 * 256);
        if (hashes.length == 32 * more) {
          return hashes;
        }
      } catch (IOException e) {
        throw new Tampered("hashes of pruned records: " + e.getMessage());
      }
    }
    throw new Tampered("hashes of pruned records are missing");
  }

  private static long first(Path file) {
    return Long.parseLong(file.getFileName().toString().substring(0, 20));
  }

  private void checkpoint(Note note) throws Exception {
    String origin = "gatekeeper-audit/" + HexFormat.of().formatHex(decode(logId, 16));
    check(note.origin().equals(origin), "a checkpoint of another log");
    check(Arrays.equals(note.root(), root()), "these are not the records that were signed");
    // The record that introduces a key is the last one of the epoch before.
    Epoch epoch = epochs.get(0);
    for (Epoch one : epochs) {
      epoch = one.introducedAt() < n - 1 ? one : epoch;
    }
    check(
        isSigned(note, 0, origin + "/epoch-" + epoch.number(), epoch.key())
            && isSigned(note, 1, origin, identity),
        "a signature does not hold");
    if (epoch.number() <= trusted) {
      signed = n;
      trusted = Math.max(trusted, epochs.size() - 1);
    }
  }

  private void compareState(long end, long segment) throws Exception {
    Epoch last = epochs.get(epochs.size() - 1);
    check(Arrays.equals(slot(16, 16), decode(logId, 16)), "the state of another log");
    check(
        Arrays.equals(slot(120, 32), previous)
            && (state.getLong(40) == end && state.getLong(48) == segment
                || state.getLong(40) == 0 && state.getLong(48) == n),
        "the state ends with another record");
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, slot(240, 32))));
    signer.update(previous);
    check(
        state.getLong(216) == last.number()
            && Arrays.equals(slot(272, 32), last.key())
            && isSignature(last.key(), previous, signer.sign()),
        "the state does not hold the key that the log introduced last");
    // It is erased when a record is written: whoever cut the last one off has only a later one.
    check(
        macKey == null || Arrays.equals(slot(88, 32), macKey),
        "the state does not hold the MAC key of record " + n);
  }

  // ---- a line

  private Map<String, String> parse(byte[] line) throws Tampered {
    check(line.length <= 65_535, "a line that is too long");
    String text = utf8(line);
    Map<String, String> record = new HashMap<>();
    check(text.startsWith("{"), "no {");
    int at = 1;
    int next = 0;
    do {
      int colon = text.indexOf("\":\"", at);
      check(colon > at && text.charAt(at) == '"', "no field");
      String key = text.substring(at + 1, colon);
      int place = KEYS.indexOf(key);
      check(place >= next, "a field that is unknown, repeated or out of order");
      next = place + 1;
      int start = colon + 3;
      at = string(text, start);
      record.put(key, text.substring(start, at));
      at++;
    } while (at < text.length() && text.charAt(at++) == ',');
    check(at == text.length() && text.endsWith("\"}"), "bytes that belong to no field");
    fields(record);
    return record;
  }

  /** Where the string that starts here ends. */
  private static int string(String text, int start) throws Tampered {
    int at = start;
    while (at < text.length() && text.charAt(at) != '"') {
      check(text.charAt(at) >= 0x20, "a control character");
      if (text.charAt(at) == '\\') {
        String rest = text.substring(at, Math.min(at + 6, text.length()));
        boolean isShort = rest.startsWith("\\\"") || rest.startsWith("\\\\");
        check(isShort || rest.matches("\\\\u00[01][0-9a-f]"), "an escape that is not the shortest");
        at += isShort ? 1 : 5;
      }
      at++;
    }
    check(at < text.length(), "a string without an end");
    return at;
  }

  private static void fields(Map<String, String> record) throws Tampered {
    for (String key : List.of("v", "n", "log", "time", "mono", "event", "prev", "mac")) {
      check(record.containsKey(key), "a field is missing");
    }
    check(record.get("v").equals("1"), "another version");
    check(isNumber(record.get("n")), "n is not a number");
    check(record.get("time").matches(TIME), "time");
    String event = record.get("event");
    check(EVENTS.contains(event), "an event that is unknown");
    decode(record.get("log"), 16);
    boolean opens = event.equals("log.open");
    boolean anew = event.equals("recover") && record.containsKey("epoch");
    boolean introduces = opens || event.equals("key.epoch") || anew;
    check(opens == record.containsKey("identity"), "identity");
    for (String key : List.of("epoch", "epoch_key", "mac_seal")) {
      check(introduces == record.containsKey(key), key);
    }
    check(!introduces || isNumber(record.get("epoch")), "epoch");
    for (String key : List.of("prev", "mac", "identity", "epoch_key")) {
      if (record.containsKey(key)) {
        decode(record.get(key), 32);
      }
    }
  }

  private static boolean isNumber(String text) {
    return text.matches("0|[1-9][0-9]{0,17}");
  }

  private static byte[] decode(String base64url, int length) throws Tampered {
    byte[] bytes = decode(base64url, Base64.getUrlDecoder(), URL);
    check(bytes.length == length, "another length");
    return bytes;
  }

  private static byte[] decode(String text, Base64.Decoder decoder, Base64.Encoder encoder)
      throws Tampered {
    try {
      byte[] bytes = decoder.decode(text);
      check(encoder.encodeToString(bytes).equals(text), "not the one spelling of base64");
      return bytes;
    } catch (IllegalArgumentException e) {
      throw new Tampered("not base64");
    }
  }

  // ---- checkpoints

  private void expect(byte[] file) throws Tampered {
    String all = utf8(file);
    check(all.isEmpty() || all.endsWith("\n"), "a checkpoint that is cut");
    String[] lines = all.split("\n", -1); // with an empty one behind the last
    check(lines.length % 6 == 1, "not checkpoints of two signatures each");
    List<Note> found = new ArrayList<>();
    for (int at = 0; at + 6 < lines.length; at += 6) {
      String size = lines[at + 1];
      byte[] root = base64(lines[at + 2]);
      check(size.matches("[1-9][0-9]{0,17}") && root.length == 32, "not a checkpoint");
      check(!lines[at].isEmpty() && lines[at + 3].isEmpty(), "not a checkpoint");
      String text = lines[at] + "\n" + size + "\n" + lines[at + 2] + "\n";
      List<String> signatures = List.of(lines[at + 4], lines[at + 5]);
      check(signatures.stream().allMatch(line -> line.startsWith("— ")), "no signature");
      found.add(new Note(text, lines[at], Long.parseLong(size), root, signatures));
    }
    for (Note note : found) {
      notes.computeIfAbsent(note.size(), any -> new ArrayList<>()).add(note);
    }
  }

  private boolean isSigned(Note note, int which, String name, byte[] key) throws Exception {
    String line = note.signatures().get(which);
    if (!line.startsWith("— " + name + " ")) {
      return false;
    }
    byte[] both = base64(line.substring(name.length() + 3));
    byte[] id = hash((name + "\n").getBytes(UTF_8), new byte[] {1}, key);
    return both.length == 4 + 64
        && Arrays.equals(both, 0, 4, id, 0, 4)
        && isSignature(key, note.text().getBytes(UTF_8), Arrays.copyOfRange(both, 4, 68));
  }

  private static byte[] base64(String text) throws Tampered {
    return decode(text, Base64.getDecoder(), Base64.getEncoder());
  }

  private static boolean isSignature(byte[] key, byte[] message, byte[] signature) {
    String x509 = "302a300506032b6570032100" + HexFormat.of().formatHex(key);
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(x509))));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  // ---- the tree of RFC 6962

  private void add(byte[] leaf) {
    byte[] node = leaf;
    for (long full = n; (full & 1) == 1; full >>>= 1) {
      node = hash(new byte[] {1}, subtrees.remove(subtrees.size() - 1), node);
    }
    subtrees.add(node);
  }

  private byte[] root() {
    byte[] root = subtrees.get(subtrees.size() - 1);
    for (int i = subtrees.size() - 2; i >= 0; i--) {
      root = hash(new byte[] {1}, subtrees.get(i), root);
    }
    return root;
  }

  private byte[] hash(byte[]... parts) {
    for (byte[] part : parts) {
      sha.update(part);
    }
    return sha.digest();
  }

  // ---- a proof, or a disclosure: a line that tells an argument, and the proof of its record

  private static final int MAX_PROOF = 128 << 10;
  private static final int MAX_GROWTH = 8 << 10;
  private static final int MAX_DISCLOSURE = 1 << 20;
  private static final int MAX_VALUE = 64 << 20;

  /**
   * The exit status for a file that proves something: of a log's growth since a checkpoint, too.
   */
  static int judge(Path file, Path kept, Path value) throws Exception {
    Verify verify = new Verify(file);
    String verdict;
    int exit;
    try {
      byte[] head = kept == null ? null : bounded(kept, 4096);
      byte[] claimed = value == null ? null : bounded(value, MAX_VALUE);
      verdict = "sound: " + verify.proof(bounded(file, MAX_DISCLOSURE), head, claimed);
      exit = 0;
    } catch (Tampered e) {
      verdict = "tampered: " + e.getMessage();
      exit = 1;
    } catch (IOException e) {
      verdict = "cannot judge: " + e.getMessage();
      exit = 3;
    }
    System.out.println(verdict);
    return exit;
  }

  /** A proof, taken apart; nothing is checked yet but its spelling. */
  private record Proof(
      Map<String, String> argument, String line, String[] keys, long index, List<byte[]> path) {}

  private String proof(byte[] file, byte[] older, byte[] value) throws Exception {
    Proof proof;
    Note kept;
    Note head;
    try {
      kept = older == null ? null : note(older);
      String text = utf8(file);
      Map<String, String> argument = Map.of();
      if (text.startsWith("{")) {
        int end = text.indexOf('\n');
        check(end > 0, "a line without an end");
        argument = argument(text.substring(0, end));
        text = text.substring(end + 1);
      }
      check(text.getBytes(UTF_8).length <= MAX_PROOF && text.contains("\n\n"), "too long, or cut");
      head = note(text.substring(text.indexOf("\n\n") + 2).getBytes(UTF_8));
      List<String> lines = List.of(text.substring(0, text.indexOf("\n\n")).split("\n", -1));
      boolean grown = argument.isEmpty() && lines.get(0).startsWith("old ");
      check(!grown || file.length <= MAX_GROWTH, "too long");
      proof = grown ? growth(lines) : record(argument, lines);
    } catch (Tampered e) {
      throw new IOException("this is no proof: " + e.getMessage());
    }
    if (proof.keys().length == 0) {
      return growth(proof, kept, head);
    }
    Map<String, String> record = parse(proof.line().getBytes(UTF_8));
    check(record.get("n").equals(Long.toString(proof.index())), "another record than it says");
    String id = HexFormat.of().formatHex(decode(record.get("log"), 16));
    check(head.origin().equals("gatekeeper-audit/" + id), "a record of another log");
    byte[] leaf = hash(new byte[] {0}, proof.line().getBytes(UTF_8));
    check(
        leads(leaf, proof.index(), head.size(), proof.path(), head.root()),
        "the record is not among those that the checkpoint covers");
    String epoch = head.origin() + "/epoch-";
    String name = (head.signatures().get(0) + " ").split(" ", -1)[1];
    check(
        name.startsWith(epoch)
            && isNumber(name.substring(epoch.length()))
            && isSigned(head, 0, name, decode(proof.keys()[1], 32))
            && isSigned(head, 1, head.origin(), decode(proof.keys()[0], 32)),
        "a signature does not hold");
    if (kept != null && !head.text().equals(kept.text())) {
      throw new IOException("the proof is not under the checkpoint that was kept");
    }
    String said = proof.argument().isEmpty() ? "" : disclosed(proof.argument(), record, value);
    return said
        + ("record " + proof.index() + " of the " + head.size() + " that were signed\n")
        + (printable(proof.line()) + "\nidentity " + proof.keys()[0])
        + (kept == null ? ", whose word it is" : "; it was there when the checkpoint was made");
  }

  private static Proof record(Map<String, String> argument, List<String> lines) throws Tampered {
    check(lines.size() > 2 && lines.get(0).equals("c2sp.org/tlog-proof@v1"), "another format");
    check(lines.get(1).startsWith("extra ") && lines.get(2).startsWith("index "), "no such line");
    String index = lines.get(2).substring(6);
    String[] extra = utf8(base64(lines.get(1).substring(6))).split("\n", -1);
    check(isNumber(index) && extra.length == 3 && extra[2].isEmpty(), "other extra data");
    String[] keys = extra[1].split(" ", -1);
    check(keys.length == 2, "other extra data");
    return new Proof(argument, extra[0], keys, Long.parseLong(index), hashes(lines, 3));
  }

  private static Proof growth(List<String> lines) throws Tampered {
    String old = lines.get(0).substring(4);
    check(isNumber(old) && !old.equals("0"), "no size");
    return new Proof(Map.of(), "", new String[0], Long.parseLong(old), hashes(lines, 1));
  }

  private static List<byte[]> hashes(List<String> lines, int from) throws Tampered {
    List<byte[]> hashes = new ArrayList<>();
    for (String line : lines.subList(from, lines.size())) {
      hashes.add(base64(line));
      check(hashes.get(hashes.size() - 1).length == 32 && hashes.size() <= 63, "not a path");
    }
    return hashes;
  }

  /** The one checkpoint that these bytes are. */
  private Note note(byte[] bytes) throws Tampered, IOException {
    expect(bytes);
    List<Note> all = notes.values().stream().flatMap(List::stream).toList();
    notes.clear();
    check(all.size() == 1, "not one checkpoint");
    return all.get(0);
  }

  private static Map<String, String> argument(String line) throws Tampered {
    Map<String, String> argument = new HashMap<>();
    int at = 0;
    for (String key : "root index size name r commitment text path".split(" ")) {
      String start = (at == 0 ? "{\"" : ",\"") + key + "\":\"";
      if (line.startsWith(start, at) || !key.equals("text")) {
        check(line.startsWith(start, at), "no " + key);
        int end = string(line, at + start.length());
        argument.put(key, unescaped(line.substring(at + start.length(), end)));
        at = end + 1;
      }
    }
    check(line.substring(at).equals("}"), "something behind the argument");
    check(isNumber(argument.get("index")) && isNumber(argument.get("size")), "no number");
    for (String key : List.of("root", "r", "commitment")) {
      decode(argument.get(key), 32);
    }
    check(path(argument).size() <= 63, "a path that is too long");
    return argument;
  }

  private static List<byte[]> path(Map<String, String> argument) throws Tampered {
    List<byte[]> path = new ArrayList<>();
    String text = argument.get("path");
    for (String hash : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      path.add(decode(hash, 32));
    }
    return path;
  }

  private static String unescaped(String string) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < string.length(); at++) {
      char c = string.charAt(at);
      if (c == '\\' && string.charAt(++at) == 'u') {
        text.append((char) Integer.parseInt(string.substring(at + 1, at + 5), 16));
        at += 4;
      } else {
        text.append(string.charAt(at));
      }
    }
    return text.toString();
  }

  /** What the record commits to, in words. */
  private String disclosed(Map<String, String> argument, Map<String, String> record, byte[] value)
      throws Exception {
    check(argument.get("root").equals(record.get("arguments")), "an argument of another call");
    byte[] name = argument.get("name").getBytes(UTF_8);
    byte[] commitment = decode(argument.get("commitment"), 32);
    byte[] length = ByteBuffer.allocate(4).putInt(name.length).array();
    check(
        leads(
            hash(new byte[] {0}, length, name, commitment),
            Long.parseLong(argument.get("index")),
            Long.parseLong(argument.get("size")),
            path(argument),
            decode(argument.get("root"), 32)),
        "the call had no argument of this name and commitment");
    String text = argument.get("text");
    check(text == null || commits(argument, text.getBytes(UTF_8)), "the call had another value");
    if (text == null && value == null) {
      throw new IOException("no value is told, nor given by --value");
    }
    if (value != null && !commits(argument, value)) {
      int last = value.length - 1; // an editor adds a line feed
      boolean ends = last >= 0 && value[last] == '\n';
      check(ends && commits(argument, Arrays.copyOf(value, last)), "the call had another value");
    }
    return "argument "
        + printable(argument.get("name"))
        + "\n"
        + ("value " + (text == null ? "as given" : printable(text)) + "\n");
  }

  private static boolean commits(Map<String, String> argument, byte[] value) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(decode(argument.get("r"), 32), "HmacSHA256"));
    return Arrays.equals(mac.doFinal(value), decode(argument.get("commitment"), 32));
  }

  /** What could steer a terminal is spelled out. */
  private static String printable(String text) {
    return Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]")
        .matcher(text)
        .replaceAll(it -> String.format("\\\\u%04x", it.group().codePointAt(0)));
  }

  /** RFC 9162 section 2.1.3.2. */
  private boolean leads(byte[] leaf, long index, long size, List<byte[]> path, byte[] root) {
    byte[] node = leaf;
    long at = index;
    long last = size - 1;
    for (byte[] other : path) {
      if (last == 0) {
        return false;
      }
      if ((at & 1) == 1 || at == last) {
        node = hash(new byte[] {1}, other, node);
        while ((at & 1) == 0 && at != 0) {
          at >>= 1;
          last >>= 1;
        }
      } else {
        node = hash(new byte[] {1}, node, other);
      }
      at >>= 1;
      last >>= 1;
    }
    return index < size && last == 0 && Arrays.equals(node, root);
  }

  private String growth(Proof proof, Note kept, Note head) throws Exception {
    if (kept == null) {
      throw new IOException("growth is since a checkpoint that was kept: --checkpoint FILE");
    }
    check(kept.origin().equals(head.origin()), "a checkpoint of another log");
    check(
        kept.size() == proof.index() && grew(kept, head, proof.path()),
        "the newer checkpoint is not of a log that goes on from the older one");
    return kept.size() + " records of the older checkpoint are the first of " + head.size();
  }

  /** RFC 9162 section 2.1.4.2. */
  private boolean grew(Note old, Note now, List<byte[]> path) {
    if (old.size() >= now.size()) {
      return old.size() == now.size() && path.isEmpty() && Arrays.equals(old.root(), now.root());
    }
    Deque<byte[]> hashes = new ArrayDeque<>(path);
    if (Long.bitCount(old.size()) == 1) {
      hashes.addFirst(old.root());
    }
    long at = old.size() - 1;
    long last = now.size() - 1;
    while ((at & 1) == 1) {
      at >>= 1;
      last >>= 1;
    }
    byte[] before = hashes.poll();
    byte[] after = before;
    for (byte[] hash : hashes) {
      if (last == 0) {
        return false;
      }
      if ((at & 1) == 1 || at == last) {
        before = hash(new byte[] {1}, hash, before);
        after = hash(new byte[] {1}, hash, after);
        while ((at & 1) == 0 && at != 0) {
          at >>= 1;
          last >>= 1;
        }
      } else {
        after = hash(new byte[] {1}, after, hash);
      }
      at >>= 1;
      last >>= 1;
    }
    return last == 0 && Arrays.equals(before, old.root()) && Arrays.equals(after, now.root());
  }

  // ---- files

  private byte[] read(String name, int max) throws IOException {
    Path file = directory.resolve(name);
    boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    return there ? bounded(file, max) : new byte[0];
  }

  /** Whoever made the directory may have put anything there: a pipe, a link, a file without end. */
  private static byte[] bounded(Path file, int max) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = Files.size(file) > max ? new byte[0] : in.readNBytes(max);
      if (Files.size(file) > max) {
        throw new IOException(file + " has more than " + max + " bytes");
      }
      return bytes;
    }
  }

  private List<Path> segments() throws IOException {
    return files(".jsonl");
  }

  private List<Path> files(String suffix) throws IOException {
    Path log = directory.resolve("log");
    if (!Files.isDirectory(log)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(log)) {
      String name = "00[0-9]{18}\\" + suffix;
      return all.filter(it -> it.getFileName().toString().matches(name)).sorted().toList();
    }
  }

  /** The newer of the two slots of the state, of those that are whole; null when none is. */
  private ByteBuffer newestSlot(byte[] file) {
    ByteBuffer newest = null;
    for (int at = 0; at + 4096 <= file.length && at < 8192; at += 4096) {
      byte[] slot = Arrays.copyOfRange(file, at, at + 4096);
      byte[] sum = hash(Arrays.copyOf(slot, 4096 - 32));
      boolean whole =
          Arrays.equals(sum, 0, 32, slot, 4096 - 32, 4096)
              && new String(slot, 0, 8, ISO_8859_1).equals("GKSTATE1");
      ByteBuffer view = ByteBuffer.wrap(slot);
      if (whole && (newest == null || view.getLong(8) > newest.getLong(8))) {
        newest = view;
      }
    }
    return newest;
  }

  private byte[] slot(int at, int length) {
    byte[] bytes = new byte[length];
    state.get(at, bytes);
    return bytes;
  }

  private static String utf8(byte[] bytes) throws Tampered {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Tampered("bytes that are not UTF-8");
    }
  }

  private static void check(boolean holds, String otherwise) throws Tampered {
    if (!holds) {
      throw new Tampered(otherwise);
    }
  }
}
