package dev.gatekeeper.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.chain.ChainHead;
import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.checkpoint.Frontier;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Makes the test vectors of sealed MAC keys: logs of two epochs, the first one sealed to the vault,
 * the second one to two auditors as well; one fault each. A program, not a test: run it when the
 * format grows, and commit what it wrote.
 */
public final class MacVectors {
  /** Records: 4 introduces epoch 1, whose MAC key begins with 5. */
  private static final int RECORDS = 9;

  private static final int INTRODUCING = 4;
  private static final byte[] ID = new byte[Format.LOG_ID];
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final Path folder;
  private final StringBuilder index = new StringBuilder("# name key verdict class n checked\n");
  private final SealKeyPair vault = SealKeyPair.generate();
  private final SealKeyPair alice = SealKeyPair.generate();
  private final SealKeyPair bob = SealKeyPair.generate();
  private final byte[] second = Epoch.newMacKey();

  private MacVectors(Path folder) {
    this.folder = folder;
  }

  /** Argument: a new directory. */
  public static void main(String[] args) throws Exception {
    MacVectors vectors = new MacVectors(Files.createDirectories(Path.of(args[0])));
    vectors.keys();
    vectors.seals();
    vectors.whichCounts();
    vectors.records();
    vectors.states();
    Files.writeString(vectors.folder.resolve("index.txt"), vectors.index);
  }

  private void keys() throws Exception {
    Map<String, SealKeyPair> keys =
        Map.of("vault", vault, "alice", alice, "stranger", SealKeyPair.generate());
    for (Map.Entry<String, SealKeyPair> one : keys.entrySet()) {
      Files.writeString(
          folder.resolve(one.getKey() + ".key"),
          BASE64.encodeToString(one.getValue().unsafePrivateKey()) + "\n");
    }
  }

  private void seals() throws Exception {
    byte[] aad = aad(ID, INTRODUCING + 1);
    String good = seal(alice, Format.SEAL_INFO, aad, second);
    write("sound", log(good));
    expect("sound", "vault", "sound - - 9");
    expect("sound", "alice", "sound - - 4");
    expect("sound", "stranger", "sound - - 0");

    byte[] bit = Base64.getUrlDecoder().decode(good);
    bit[bit.length - 1] ^= 1;
    unopened("seal-bit-flipped", BASE64.encodeToString(bit));
    bit = Base64.getUrlDecoder().decode(good);
    bit[0] ^= 1;
    unopened("seal-encapsulation-bit-flipped", BASE64.encodeToString(bit));
    byte[] high = Base64.getUrlDecoder().decode(good);
    high[31] |= (byte) 0x80;
    unopened("seal-encapsulation-spelled-anew", BASE64.encodeToString(high));
    byte[] low = Base64.getUrlDecoder().decode(good);
    Arrays.fill(low, 0, 32, (byte) 0);
    unopened("seal-encapsulation-of-small-order", BASE64.encodeToString(low));
    unopened("seal-cut", good.substring(0, good.length() - 3));
    unopened("seal-longer", good + "AAAA");
    unopened("seal-of-a-short-key", seal(alice, Format.SEAL_INFO, aad, new byte[31]));
    unopened("seal-for-the-record-before", seal(alice, Format.SEAL_INFO, aad(ID, 4), second));
    byte[] other = ID.clone();
    other[15] = 1;
    unopened("seal-for-another-log", seal(alice, Format.SEAL_INFO, aad(other, 5), second));
    unopened("seal-for-another-purpose", seal(alice, "gatekeeper-team/1/slot", aad, second));
    unopened("seal-empty", "");
    char last = good.charAt(good.length() - 1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unopened(
        "seal-stray-bits",
        good.substring(0, good.length() - 1) + alphabet.charAt(alphabet.indexOf(last) + 1));

    write("seal-of-another-key", log(seal(alice, Format.SEAL_INFO, aad, Epoch.newMacKey())));
    expect("seal-of-another-key", "alice", "tampered mac 5 0");
    expect("seal-of-another-key", "vault", "sound - - 9");

    write("none", chained(rests("none", "none")));
    expect("none", "vault", "sound - - 0");
    List<String> exchanged = rests(good);
    exchanged.replaceAll(
        it -> it.replace("alice:", "x:").replace("bob:", "alice:").replace("x:", "bob:"));
    write("labels-exchanged", chained(exchanged));
    expect("labels-exchanged", "alice", "sound - - 4");
  }

  private void unopened(String name, String sealed) throws Exception {
    write(name, log(sealed));
    expect(name, "alice", "sound - - 0");
    expect(name, "vault", "sound - - 9");
  }

  /** What one verifier took and another did not, so that whoever writes a log could choose. */
  private void whichCounts() throws Exception {
    byte[] aad = aad(ID, INTRODUCING + 1);
    String good = seal(alice, Format.SEAL_INFO, aad, second);
    String junk = "x:AAAA ";
    write("seal-64th", chained(second(junk.repeat(63) + "alice:" + good)));
    expect("seal-64th", "alice", "sound - - 4");
    write("seal-65th", chained(second(junk.repeat(64) + "alice:" + good)));
    expect("seal-65th", "alice", "sound - - 0");
    write("seal-without-label", chained(second(good + " " + junk.strip())));
    expect("seal-without-label", "alice", "sound - - 0");
    write("seal-with-an-empty-label", chained(second(":" + good)));
    expect("seal-with-an-empty-label", "alice", "sound - - 4");
    String own = seal(vault, Format.SEAL_INFO, aad, second);
    String wrong = seal(vault, Format.SEAL_INFO, aad, Epoch.newMacKey());
    write("two-seals-the-first-wrong", chained(second("a:" + wrong + " vault:" + own)));
    expect("two-seals-the-first-wrong", "vault", "tampered mac 5 5");
    write("two-seals-the-first-right", chained(second("a:" + own + " vault:" + wrong)));
    expect("two-seals-the-first-right", "vault", "sound - - 9");
    write("labels-exchanged-with-the-vault", chained(second("vault:" + good + " alice:" + own)));
    expect("labels-exchanged-with-the-vault", "alice", "sound - - 4");
    expect("labels-exchanged-with-the-vault", "vault", "sound - - 9");
  }

  private List<String> second(String seals) {
    return rests(Epoch.seal(ID, 0, new byte[32], Map.of("vault", vault.publicKey())), seals);
  }

  /** The last record cut off, in the log and in the state; but for K, which nobody has any more. */
  private void states() throws Exception {
    AuditOptions options = SampleLog.options().recipients(() -> Map.of("vault", vault.publicKey()));
    Path sound = SampleLog.closed(folder.resolve("sound-with-state"), 7, options);
    expect("sound-with-state", "vault", "sound - - 7");
    List<String> lines = SampleLog.lines(sound);
    String last = lines.removeLast();
    int prev = last.lastIndexOf(",\"prev\":\"") + 9;
    int length = String.join("\n", lines).length() + 1;
    ByteBuffer state = ByteBuffer.wrap(Files.readAllBytes(sound.resolve("state")));
    for (int slot = 0; slot < state.capacity(); slot += Format.SLOT) {
      state.putLong(slot + 32, 6).putLong(slot + 40, length).putLong(slot + 56, 6);
      state.putLong(slot + 64, 0);
      state.put(slot + 120, Base64.getUrlDecoder().decode(last.substring(prev, prev + 43)));
      byte[] sum =
          MessageDigest.getInstance("SHA-256")
              .digest(Arrays.copyOfRange(state.array(), slot, slot + Format.SLOT - Format.HASH));
      state.put(slot + Format.SLOT - Format.HASH, sum);
    }
    write("cut-with-state", lines);
    Files.write(folder.resolve("cut-with-state/state"), state.array());
    expect("cut-with-state", "vault", "tampered state 6 6");
    expect("cut-with-state", "alice", "sound - - 0");
    Files.delete(sound.resolve("append.lock"));
  }

  /** By whoever has no MAC key: the chain is made anew, and nothing was signed yet. */
  private void records() throws Exception {
    List<String> good = log(seal(alice, Format.SEAL_INFO, aad(ID, 5), second));
    write("record-changed", without(good, 7, "\"tool\":\"t7\"", "\"tool\":\"u7\""));
    expect("record-changed", "alice", "tampered mac 7 2");
    expect("record-changed", "vault", "tampered mac 7 7");
    write("record-changed-before", without(good, 2, "\"tool\":\"t2\"", "\"tool\":\"u2\""));
    // Each MAC is over the hash of what came before: her first one speaks for all of it.
    expect("record-changed-before", "alice", "tampered mac 5 0");
    expect("record-changed-before", "vault", "tampered mac 2 2");
    String mac = good.get(8).substring(good.get(8).length() - 45, good.get(8).length() - 2);
    char first = mac.charAt(0) == 'A' ? 'B' : 'A';
    write("mac-changed", without(good, 8, mac, first + mac.substring(1)));
    expect("mac-changed", "alice", "tampered mac 8 3");
    List<String> seals = rests(seal(alice, Format.SEAL_INFO, aad(ID, 5), second));
    write("mac-by-the-key-of-the-epoch-before", chained(seals, false));
    expect("mac-by-the-key-of-the-epoch-before", "alice", "tampered mac 5 0");
    expect("mac-by-the-key-of-the-epoch-before", "vault", "tampered mac 5 5");
  }

  private List<String> log(String toAlice) {
    return chained(rests(toAlice));
  }

  private List<String> rests(String toAlice) {
    String others =
        Epoch.seal(
            ID,
            INTRODUCING + 1,
            second,
            Map.of("bob", bob.publicKey(), "vault", vault.publicKey()));
    return rests(
        Epoch.seal(ID, 0, new byte[32], Map.of("vault", vault.publicKey())),
        "alice:" + toAlice + " " + others);
  }

  /** Bodies from the time on. */
  private static List<String> rests(String firstSeal, String secondSeal) {
    String key = BASE64.encodeToString(new byte[32]);
    String[] rests = new String[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
      String event =
          i == 0
              ? "log.open\",\"identity\":\"" + key
              : i == INTRODUCING ? "key.epoch" : "call.denied\",\"tool\":\"t" + i;
      String keys =
          i == 0 || i == INTRODUCING
              ? "\",\"epoch\":\""
                  + i / INTRODUCING
                  + "\",\"epoch_key\":\""
                  + key
                  + "\",\"mac_seal\":\""
                  + (i == 0 ? firstSeal : secondSeal)
              : "";
      rests[i] =
          ",\"time\":\"2026-01-31T12:00:0"
              + i
              + ".000Z\",\"mono\":\"5000\",\"event\":\""
              + event
              + keys
              + "\"";
    }
    return new ArrayList<>(List.of(rests));
  }

  private List<String> chained(List<String> rests) {
    return chained(rests, true);
  }

  private List<String> chained(List<String> rests, boolean rekeyed) {
    ChainHead head =
        new ChainHead(new Digests(), ID, 0, 0, new byte[32], new byte[32], new Frontier());
    List<String> lines = new ArrayList<>();
    for (String rest : rests) {
      byte[] line = head.seal(rest.getBytes(UTF_8));
      lines.add(new String(line, 0, line.length - 1, UTF_8));
      if (rekeyed && head.n() == INTRODUCING + 1) {
        head.rekey(second.clone());
      }
    }
    return lines;
  }

  /** Another text in one record, with the hashes after it made anew and the MACs left. */
  private static List<String> without(List<String> good, int at, String from, String to) {
    List<String> lines = new ArrayList<>(good);
    if (!lines.get(at).contains(from)) {
      throw new AssertionError(from + " is not in line " + at);
    }
    lines.set(at, lines.get(at).replace(from, to));
    Digests digests = new Digests();
    byte[] previous = new byte[32];
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int prev = line.lastIndexOf(",\"prev\":\"") + 9;
      line = line.substring(0, prev) + BASE64.encodeToString(previous) + line.substring(prev + 43);
      lines.set(i, line);
      byte[] bytes = line.getBytes(UTF_8);
      previous = digests.leaf(bytes, 0, bytes.length);
    }
    return lines;
  }

  private static String seal(SealKeyPair to, String info, byte[] aad, byte[] key) {
    return BASE64.encodeToString(Seal.to(to.publicKey(), info.getBytes(UTF_8), aad, key));
  }

  private static byte[] aad(byte[] log, long n) {
    return ByteBuffer.allocate(Format.LOG_ID + 8).put(log).putLong(n).array();
  }

  private void write(String name, List<String> lines) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    lines.forEach(line -> all.writeBytes((line + "\n").getBytes(UTF_8)));
    Path file = folder.resolve(name).resolve(SampleLog.SEGMENT);
    Files.createDirectories(file.getParent());
    Files.write(file, all.toByteArray());
  }

  private void expect(String name, String key, String verdict) {
    index.append(name).append(' ').append(key).append(' ').append(verdict).append('\n');
  }
}
