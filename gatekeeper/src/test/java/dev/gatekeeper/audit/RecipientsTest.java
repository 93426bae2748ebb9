package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.audit.verify.mac.Macs;
import dev.gatekeeper.seal.SealKeyPair;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To whom the keys of epochs are sealed, as it changes. */
final class RecipientsTest {
  @TempDir Path folder;
  private final Map<String, byte[]> recipients = new TreeMap<>();
  private final SealKeyPair vault = SealKeyPair.generate();
  private final SealKeyPair alice = SealKeyPair.generate();
  private Path log;

  @BeforeEach
  void vault() {
    log = folder.resolve("audit");
    recipients.put("vault", vault.publicKey());
  }

  private void append(int records) throws AuditException {
    try (AuditLog open =
        AuditLog.open(log, SampleLog.options().recipients(() -> new HashMap<>(recipients)))) {
      SampleLog.append(open, records);
    }
  }

  private Macs macs(MacKeyOpener opener) throws Exception {
    AuditReport report = AuditVerifier.withoutKey().opener(opener).verify(log);
    assertThat(report.finding()).isEmpty();
    return report.macs();
  }

  @Test
  void eachOpensTheEpochsThatWereSealedToThem() throws Exception {
    append(4); // 0 to 4
    recipients.put("alice", alice.publicKey());
    append(4); // 5 begins epoch 1; 6 to 9
    recipients.remove("alice");
    append(4); // 10 begins epoch 2
    recipients.put("alice", alice.publicKey());
    append(4); // 15 begins epoch 3
    assertThat(macs(MacKeyOpener.holding(vault)))
        .isEqualTo(new Macs(true, 20, 0, List.of(new Macs.Stretch(0, 20, 0, 3))));
    // What ends an epoch is of that epoch.
    assertThat(macs(MacKeyOpener.holding(alice)).stretches())
        .containsExactly(new Macs.Stretch(6, 11, 1, 1), new Macs.Stretch(16, 20, 3, 3));
    assertThat(macs(MacKeyOpener.holding(SealKeyPair.generate())).stretches()).isEmpty();
  }

  @Test
  void nineWithLongNamesHaveAKeyEach() throws Exception {
    Map<String, SealKeyPair> pairs = new HashMap<>();
    for (int i = 0; i < 8; i++) {
      String name = "a".repeat(31) + i;
      pairs.put(name, SealKeyPair.generate());
      recipients.put(name, pairs.get(name).publicKey());
    }
    append(6);
    assertThat(SampleLog.lines(log).getFirst().length()).isLessThan(Format.MAX_LINE / 16);
    for (SealKeyPair one : pairs.values()) {
      assertThat(macs(MacKeyOpener.holding(one)).checked()).isEqualTo(7);
    }
  }

  /** Whoever writes a vault's file may write anything as its key. */
  @Test
  void aKeyToWhichNothingCanBeSealedKeepsNobodyFromWriting() throws Exception {
    recipients.put("vault", new byte[32]);
    recipients.put("alice", alice.publicKey());
    append(4);
    assertThat(SampleLog.lines(log).getFirst()).doesNotContain("vault:").contains("\"alice:");
    assertThat(macs(MacKeyOpener.holding(alice)).checked()).isEqualTo(5);
    recipients.remove("alice");
    append(4);
    assertThat(SampleLog.lines(log).get(5)).contains("\"mac_seal\":\"none\"");
  }
}
