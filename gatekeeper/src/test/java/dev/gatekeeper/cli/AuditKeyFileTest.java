package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.TinyVerifier;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.vault.SlotKeyFile;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An auditor who has no vault, and may have nothing of gatekeeper but the verifier of one file. */
@Timeout(120)
final class AuditKeyFileTest {
  /** Made up, as long as one is. */
  private static final String SSH =
      "-----BEGIN OPENSSH PRIVATE KEY-----\nmade-up-" + "A".repeat(300) + "\n-----END\n";

  @TempDir Path folder;
  private Path passphrase;
  private Path key;
  private Path bundle;

  @BeforeEach
  void owner() throws Exception {
    folder = folder.toRealPath();
    key = folder.resolve("carol.key");
    bundle = folder.resolve("bundle");
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, VaultFixture.PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectory(
        folder.resolve("owner"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    VaultFixture.create(folder.resolve("owner/vault")).close();
  }

  private CommandRun ownerRun(String... line) {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", folder.resolve("owner").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString())
        .run(line);
  }

  private CommandRun owner(String... line) {
    CommandRun run = ownerRun(line);
    assertThat(run.err()).as(String.join(" ", line)).isEmpty();
    assertThat(run.exit()).isZero();
    return run;
  }

  /** With no vault, no passphrase and no home. */
  private CommandRun carol(String... line) {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", folder.resolve("nothing").toString())
        .run(line);
  }

  private List<String> made() {
    CommandRun made = carol("audit", "auditor", "key", "carol.key");
    assertThat(made.err()).isEmpty();
    assertThat(made.exit()).isZero();
    return made.out().lines().toList();
  }

  private void call(int records) throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("owner").toString()));
    try (AuditLog log =
        AuditLog.open(
            home.resolve("audit"),
            SampleLog.options()
                .clock(Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC))
                .recipients(new Auditors(home)::recipients))) {
      SampleLog.append(log, records);
    }
  }

  private record Said(int exit, String words) {}

  /** The verifier of one file, as its reader types it. */
  private Said java(String... arguments) throws Exception {
    Path classes = folder.resolve("classes");
    if (!Files.exists(classes)) {
      TinyVerifier.compile(classes);
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classes.toString(), "Verify"));
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String words = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.waitFor(), words);
  }

  @Test
  void bothVerifiersCheckTheMacsByOneFileAndRejectAnAlteredRecord() throws Exception {
    call(6);
    List<String> word = made();
    String added = owner("audit", "auditor", "add", "carol", word.getFirst()).out();
    assertThat(added)
        .contains("Added carol: " + word.get(1).replace("fingerprint: ", "") + ". Compare")
        .contains("gatekeeper audit verify --key-file FILE BUNDLE");
    call(10);
    owner("audit", "bundle", "--output", bundle.toString());

    CommandRun ours = carol("audit", "verify", "--key-file", "carol.key", "bundle");
    assertThat(ours.exit()).as(ours.err()).isZero();
    assertThat(ours.out()).containsPattern("macs +1[0-9] hold \\(n 1[0-9] to 2[0-9], epoch 1\\)");
    Said theirs = java(bundle.toString(), "--key", key.toString());
    assertThat(theirs.words()).startsWith("sound: ").containsPattern("; 1[0-9] MACs hold");
    assertThat(theirs.exit()).isZero();

    // What has the machine can do without the epoch's key: cut the end, and alter the last record.
    Files.delete(bundle.resolve("checkpoints/latest"));
    List<String> lines = SampleLog.lines(bundle);
    while (!lines.getLast().contains("\"duration\":\"1234\"")) {
      lines.removeLast();
    }
    lines.set(lines.size() - 1, lines.getLast().replace("\"1234\"", "\"4321\""));
    SampleLog.write(bundle, lines);
    assertThat(carol("audit", "verify", "bundle").exit()).isZero();
    CommandRun altered = carol("audit", "verify", "--key-file", "carol.key", "bundle");
    assertThat(altered.exit()).isEqualTo(1);
    assertThat(altered.err()).contains("MAC does not hold (mac, n " + (lines.size() - 1) + ",");
    Said rejected = java(bundle.toString(), "--key", key.toString());
    assertThat(rejected.words()).startsWith("tampered: the MAC of record " + (lines.size() - 1));
    assertThat(rejected.exit()).isEqualTo(1);
  }

  @Test
  void thePrivateHalfIsItsOwnersAloneAndNeverWrittenOver() throws Exception {
    List<String> word = made();
    assertThat(word).hasSize(2);
    assertThat(word.getFirst()).matches("gka1-[A-Za-z0-9_-]{43}");
    assertThat(word.get(1)).matches("fingerprint: [0-9a-f]{4}( [0-9a-f]{4}){4}");
    String half = Files.readString(key);
    assertThat(half).matches("[A-Za-z0-9_-]{43}\n");
    assertThat(String.join("\n", word)).doesNotContain(half.strip());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    CommandRun again = carol("audit", "auditor", "key", "carol.key");
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("carol.key is there already");
    assertThat(again.out()).isEmpty();
    assertThat(Files.readString(key)).isEqualTo(half);
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
    assertThat(carol("audit", "auditor", "key", "link").exit()).isEqualTo(1);
    assertThat(Files.exists(folder.resolve("elsewhere"))).isFalse();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(carol("audit", "auditor", "key", ".").exit()).isEqualTo(1);
    assertThat(carol("audit", "auditor", "key", "none/carol.key").err())
        .contains("there is no folder");
  }

  @Test
  void aKeyOfAnotherLogIsSaid() throws Exception {
    call(4);
    owner("audit", "bundle", "--output", bundle.toString());
    made();
    CommandRun none = carol("audit", "verify", "--key-file", "carol.key", "bundle");
    assertThat(none.exit()).isEqualTo(3);
    assertThat(none.err()).contains("no key of this log is sealed to that of carol.key");
    CommandRun both = carol("audit", "verify", "--key", "--key-file", "carol.key", "bundle");
    assertThat(both.exit()).isEqualTo(2);
    assertThat(both.err()).contains("--key is your vault's");
    CommandRun proof = carol("audit", "verify", "--key-file", "carol.key", "--proof", "x");
    assertThat(proof.exit()).isEqualTo(2);
  }

  private Path file(String name, byte[] content) throws Exception {
    Path file = Files.write(folder.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  /** Neither verifier takes it, waits for it, or says what is in it. */
  private void refused(Path bad, String why) throws Exception {
    CommandRun ours = carol("audit", "verify", "--key-file", bad.toString(), "bundle");
    assertThat(ours.exit()).as(bad.toString()).isEqualTo(3);
    assertThat(ours.err()).contains(why).doesNotContain("made-up", "AAAA").hasLineCount(1);
    assertThat(ours.out()).isEmpty();
    Said theirs = java(bundle.toString(), "--key", bad.toString());
    assertThat(theirs.exit()).as(theirs.words()).isEqualTo(2);
    assertThat(theirs.words())
        .startsWith("no X25519 private half: ")
        .doesNotContain("made-up", "AAAA")
        .hasLineCount(1);
  }

  @Test
  void whatIsNoKeyIsRefusedByBoth() throws Exception {
    call(4);
    owner("audit", "bundle", "--output", bundle.toString());
    String word = made().getFirst();
    String none = "holds no key that gatekeeper audit auditor key made";
    refused(file("empty", new byte[0]), none);
    refused(file("half-a-line", "A".repeat(21).getBytes(UTF_8)), none);
    refused(file("no-line-feed", "A".repeat(43).getBytes(UTF_8)), none);
    refused(file("a-digit-more", "A".repeat(44).getBytes(UTF_8)), none);
    refused(file("crlf", ("A".repeat(43) + "\r\n").getBytes(UTF_8)), none);
    refused(file("padded", ("A".repeat(42) + "=\n").getBytes(UTF_8)), none);
    refused(file("other-spelling", ("A".repeat(42) + "B\n").getBytes(UTF_8)), none);
    refused(file("no-base64", ("made-up-" + "ü".repeat(17) + "a\n").getBytes(UTF_8)), none);
    refused(file("word", (word + "\n").getBytes(UTF_8)), none);
    refused(file("ssh", SSH.getBytes(UTF_8)), none);
    refused(file("large", new byte[10_000_000]), none);
    Path slot = folder.resolve("slot");
    SlotKeyFile.create(slot, SealKeyPair.generate());
    refused(slot, none);
    refused(Files.createSymbolicLink(folder.resolve("link"), key), "symbolic link");
    refused(bundle, none);
    refused(folder.resolve("gone"), "no such file");
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start().waitFor())
        .isZero();
    refused(pipe, "neither a file nor a directory");
  }

  /** That of docs/audit-format.md. */
  @Test
  void theExampleOfTheSpecificationIsAKey() throws Exception {
    file("example", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n".getBytes(UTF_8));
    String word = "gka1-j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8";
    assertThat(owner("audit", "auditor", "add", "carol", word).out())
        .contains("Added carol: 308a 7f02 0716 dfed 2412.");
    call(4);
    CommandRun run = carol("audit", "verify", "--key-file", "example", "owner/audit");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).containsPattern("macs +[0-9]+ hold");
  }

  @Test
  void aFileThatOthersReadIsRefused() throws Exception {
    call(4);
    made();
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
      CommandRun open = carol("audit", "verify", "--key-file", "carol.key", "owner/audit");
      assertThat(open.exit()).as(mode).isEqualTo(3);
      assertThat(open.err()).contains("readable or writable by others").contains("chmod go-rwx");
      assertThat(open.out()).isEmpty();
    }
  }

  @Test
  void aWordThatWasCutOnItsWayIsNoAuditor() throws Exception {
    call(4);
    String word = made().getFirst();
    for (String bad : List.of(word.substring(0, 47), word + "A", word.substring(0, 47) + "=")) {
      CommandRun cut = ownerRun("audit", "auditor", "add", "carol", bad);
      assertThat(cut.exit()).as(bad).isEqualTo(3);
      assertThat(cut.err()).contains("that is no key of an auditor").contains("auditor key FILE");
    }
    assertThat(owner("audit", "auditor", "list").out()).isEmpty();
  }

  /** Nobody is to be let into a team by it, or be given what no command of theirs opens. */
  @Test
  void theWordOfAKeyIsNobodysIdentity() throws Exception {
    String word = made().getFirst();
    owner("audit", "auditor", "add", "carol", word);
    assertThat(owner("audit", "auditor", "list", "--json").out()).contains("\"" + word + "\"");
    CommandRun team = ownerRun("vault", "slot", "add", "--team", "carol", "--recipient", word);
    assertThat(team.exit()).isEqualTo(3);
    assertThat(team.err()).contains("no public identity");
  }
}
