package dev.gatekeeper.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class AuditVerifierTest {
  @TempDir Path folder;

  @Test
  void aDamagedStateAloneIsNotJudged(@TempDir Path alone) throws Exception {
    Files.write(alone.resolve("state"), new byte[8192]);
    assertThatThrownBy(() -> AuditVerifier.withoutKey().verify(alone))
        .isInstanceOf(CannotJudge.class)
        .hasMessageContaining("nor a whole state");
    Files.createDirectory(alone.resolve("log"));
    Files.createFile(alone.resolve(SampleLog.SEGMENT));
    Files.delete(alone.resolve("state"));
    assertThatThrownBy(() -> AuditVerifier.withoutKey().verify(alone))
        .isInstanceOf(CannotJudge.class);
  }

  @Test
  void aClosedLogIsSoundAndSignedToItsEnd() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 50);
    AuditReport report = verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.records()).isEqualTo(50);
    assertThat(report.signed()).isEqualTo(50);
    assertThat(report.pinned()).isFalse();
    assertThat(report.macs().asked()).isFalse();
    assertThat(report.openIntentCount()).isEqualTo(1);
  }

  @Test
  void anIntentWithoutOutcomeIsOpen() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 4);
    assertThat(verify(log).openIntents()).containsExactly(3L);
  }

  @Test
  void nothingThereCannotBeJudged() {
    assertThatThrownBy(() -> verify(folder))
        .isInstanceOf(CannotJudge.class)
        .hasMessage("there is no log in " + folder);
  }

  @Test
  void aDeletedLineIsSeen() throws Exception {
    edited(lines -> without(lines, 20), Finding.Kind.NUMBER, 20);
  }

  @Test
  void swappedLinesAreSeen() throws Exception {
    edited(
        lines -> {
          Collections.swap(lines, 20, 21);
          return lines;
        },
        Finding.Kind.NUMBER,
        20);
  }

  @Test
  void aRepeatedLineIsSeen() throws Exception {
    edited(lines -> with(lines, 21, lines.get(20)), Finding.Kind.NUMBER, 21);
  }

  @Test
  void anInsertedLineIsSeen() throws Exception {
    edited(
        lines -> with(lines, 20, lines.get(20).replace("\"ref\":\"19\"", "\"ref\":\"17\"")),
        Finding.Kind.NUMBER,
        21);
  }

  @Test
  void aChangedValueIsSeenAtTheLineAfterIt() throws Exception {
    edited(lines -> replace(lines, 21, "github", "gitlab"), Finding.Kind.LINK, 22);
  }

  @Test
  void aChangedLastLineIsSeen() throws Exception {
    edited(lines -> replace(lines, 49, "github", "gitlab"), Finding.Kind.CHECKPOINT, 50);
  }

  @Test
  void aCutAtALineIsSeen() throws Exception {
    Path log = edited(lines -> lines.subList(0, 40), Finding.Kind.LOST, 40);
    Files.delete(log.resolve("checkpoints/latest"));
    expect(log, Finding.Kind.LOST, 40);
  }

  @Test
  void anEmptiedLogIsLost() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Files.write(log.resolve(SampleLog.SEGMENT), new byte[0]);
    expect(log, Finding.Kind.LOST, 0);
  }

  @Test
  void aRemovedSegmentIsLost() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Files.delete(log.resolve(SampleLog.SEGMENT));
    expect(log, Finding.Kind.LOST, 0);
  }

  @Test
  void anUnknownFieldIsRefused() throws Exception {
    edited(
        lines -> replace(lines, 20, ",\"prev\"", ",\"more\":\"1\",\"prev\""),
        Finding.Kind.LINE,
        20);
  }

  @Test
  void aRepeatedKeyIsRefused() throws Exception {
    edited(
        lines -> replace(lines, 20, ",\"prev\"", ",\"ref\":\"1\",\"prev\""), Finding.Kind.LINE, 20);
  }

  @Test
  void aCarriageReturnIsRefused() throws Exception {
    edited(lines -> replace(lines, 20, "\"}", "\"}\r"), Finding.Kind.LINE, 20);
  }

  @Test
  void aByteOrderMarkIsRefused() throws Exception {
    edited(lines -> replace(lines, 0, "{", "\uFEFF{"), Finding.Kind.LINE, 0);
  }

  @Test
  void aNulIsRefused() throws Exception {
    edited(lines -> replace(lines, 21, "github", "git\0hub"), Finding.Kind.LINE, 21);
  }

  @Test
  void aBlankLineIsRefused() throws Exception {
    edited(lines -> with(lines, 20, ""), Finding.Kind.LINE, 20);
  }

  @Test
  void anotherVersionIsRefused() throws Exception {
    edited(lines -> replace(lines, 20, "{\"v\":\"1\"", "{\"v\":\"0\""), Finding.Kind.LINE, 20);
  }

  @Test
  void brokenUtf8IsRefused() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 50);
    Path segment = log.resolve(SampleLog.SEGMENT);
    byte[] bytes = Files.readAllBytes(segment);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("github");
    bytes[at] = (byte) 0xC0;
    Files.write(segment, bytes);
    expect(log, Finding.Kind.LINE, 1);
  }

  @Test
  void base64WithStrayBitsIsRefused() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 50);
    List<String> lines = SampleLog.lines(log);
    String line = lines.get(20);
    // The last character of 32 bytes carries two bits that stand for nothing.
    int last = line.length() - 3;
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char stray = alphabet.charAt(alphabet.indexOf(line.charAt(last)) + 1);
    lines.set(20, line.substring(0, last) + stray + line.substring(last + 1));
    SampleLog.write(log, lines);
    expect(log, Finding.Kind.LINE, 20);
  }

  @Test
  void theLogOfAnotherMachineIsSeenByTheState() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Path other = SampleLog.closed(folder.resolve("other"), 5);
    for (String name : List.of(SampleLog.SEGMENT, "checkpoints/latest")) {
      Files.write(log.resolve(name), Files.readAllBytes(other.resolve(name)));
    }
    expect(log, Finding.Kind.STATE, 5);
  }

  @Test
  void anOlderLogFileIsSeen() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    byte[] old = Files.readAllBytes(log.resolve(SampleLog.SEGMENT));
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      SampleLog.append(open, 5);
    }
    Files.write(log.resolve(SampleLog.SEGMENT), old);
    expect(log, Finding.Kind.LOST, 5);
  }

  /** The honest limit: nothing on the machine tells. */
  @Test
  void theWholeDirectoryOfYesterdayIsSoundAndUnpinned() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Path old = SampleLog.copy(log, folder.resolve("old"));
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      SampleLog.append(open, 5);
    }
    AuditReport report = verify(old);
    assertThat(report.sound()).isTrue();
    assertThat(report.records()).isEqualTo(5);
  }

  @Test
  void anInventedLogIsTheLogOfAnotherIdentity() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    String identity = verify(log).identity();
    Path invented = SampleLog.closed(folder.resolve("invented"), 5);
    assertThat(AuditVerifier.withoutKey().identity(identity).verify(log).pinned()).isTrue();
    AuditReport report = AuditVerifier.withoutKey().identity(identity).verify(invented);
    assertThat(report.finding().map(Finding::kind)).contains(Finding.Kind.IDENTITY);
    assertThat(report.pinned()).isFalse();
  }

  @Test
  void macsHoldForWhoeverCanOpenTheKeys() throws Exception {
    SealKeyPair auditor = SealKeyPair.generate();
    Path log = SampleLog.closed(folder.resolve("audit"), 50, sealedTo(auditor));
    AuditReport report = AuditVerifier.withoutKey().opener(opener(auditor)).verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.macs().checked()).isEqualTo(50);
    assertThat(report.macs().unchecked()).isZero();
  }

  @Test
  void aStrangersKeyOpensNothingAndThatIsSaid() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 50, sealedTo(SealKeyPair.generate()));
    AuditReport report =
        AuditVerifier.withoutKey().opener(opener(SealKeyPair.generate())).verify(log);
    assertThat(report.sound()).isTrue();
    assertThat(report.macs().unchecked()).isEqualTo(50);
  }

  @Test
  void newRecipientsBeginANewEpoch() throws Exception {
    SealKeyPair auditor = SealKeyPair.generate();
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    try (AuditLog open = AuditLog.open(log, sealedTo(auditor))) {
      SampleLog.append(open, 5);
    }
    AuditReport report = AuditVerifier.withoutKey().opener(opener(auditor)).verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.epochs()).isEqualTo(2);
    assertThat(report.signed()).isEqualTo(11);
    assertThat(report.macs().unchecked()).isEqualTo(6);
    assertThat(report.macs().checked()).isEqualTo(5);
  }

  @Test
  void epochsEndByThemselves() throws Exception {
    SealKeyPair auditor = SealKeyPair.generate();
    Path log =
        SampleLog.closed(folder.resolve("audit"), 2500, sealedTo(auditor).unsafeWithoutSync());
    AuditReport report = AuditVerifier.withoutKey().opener(opener(auditor)).verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.epochs()).isEqualTo(3);
    assertThat(report.signed()).isEqualTo(report.records());
    assertThat(report.macs().checked()).isEqualTo(report.records());
  }

  @Test
  void anEpochThatTheOldKeyDidNotSignIsSeen() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    try (AuditLog open = AuditLog.open(log, sealedTo(SealKeyPair.generate()))) {
      SampleLog.append(open, 5);
    }
    Files.delete(log.resolve("checkpoints/epochs"));
    expect(log, Finding.Kind.EPOCH, 11);
  }

  @Test
  void aSkippedEpochIsSeen() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    try (AuditLog open = AuditLog.open(log, sealedTo(SealKeyPair.generate()))) {
      SampleLog.append(open, 5);
    }
    List<String> lines = SampleLog.lines(log);
    lines.replaceAll(line -> line.replace("\"epoch\":\"1\"", "\"epoch\":\"2\""));
    SampleLog.write(log, lines);
    expect(log, Finding.Kind.EPOCH, 5);
  }

  @Test
  void aLogThatIsBeingWrittenIsSound() throws Exception {
    Path log = folder.resolve("audit");
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.SESSION_OPEN));
      Thread writer =
          new Thread(
              () -> {
                try {
                  SampleLog.append(open, 400);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      writer.start();
      long rounds = 0;
      while (writer.isAlive()) {
        assertThat(verify(log).finding()).isEmpty();
        rounds++;
      }
      assertThat(rounds).isPositive();
      writer.join();
    }
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Path segment = log.resolve(SampleLog.SEGMENT);
    Files.move(segment, folder.resolve("elsewhere"));
    Files.createSymbolicLink(segment, folder.resolve("elsewhere"));
    assertThatThrownBy(() -> verify(log)).isInstanceOf(CannotJudge.class);
  }

  static AuditOptions sealedTo(SealKeyPair auditor) {
    return SampleLog.options().recipients(() -> Map.of("auditor", auditor.publicKey()));
  }

  static MacKeyOpener opener(SealKeyPair pair) {
    return (label, info, aad, ciphertext) -> {
      try {
        return Optional.of(Seal.open(pair.unsafePrivateKey(), info, aad, ciphertext));
      } catch (SealException e) {
        return Optional.empty();
      }
    };
  }

  private static AuditReport verify(Path log) throws CannotJudge {
    return AuditVerifier.withoutKey().verify(log);
  }

  private Path edited(UnaryOperator<List<String>> edit, Finding.Kind kind, long n)
      throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 50);
    SampleLog.write(log, edit.apply(SampleLog.lines(log)));
    expect(log, kind, n);
    return log;
  }

  private static void expect(Path log, Finding.Kind kind, long n) throws CannotJudge {
    Finding finding = verify(log).finding().orElseThrow();
    assertThat(finding.kind()).as(finding.text()).isEqualTo(kind);
    assertThat(finding.n()).isEqualTo(n);
  }

  private static List<String> without(List<String> lines, int at) {
    lines.remove(at);
    return lines;
  }

  private static List<String> with(List<String> lines, int at, String line) {
    lines.add(at, line);
    return lines;
  }

  private static List<String> replace(List<String> lines, int at, String from, String to) {
    assertThat(lines.get(at)).contains(from);
    lines.set(at, lines.get(at).replace(from, to));
    assertThat(Format.MAX_LINE).isGreaterThan(lines.get(at).length());
    return lines;
  }
}
