package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.chain.State;
import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.audit.upkeep.Recovery;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.audit.verify.mac.Macs;
import dev.gatekeeper.seal.SealKeyPair;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
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

  /** Where the answer is another one at each question: one answer makes digest and seals. */
  @Test
  void theDigestOfAnEpochIsOfThoseWhoHaveASeal() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AuditOptions fickle =
        SampleLog.options()
            .recipients(
                () ->
                    asked.getAndIncrement() % 2 == 0
                        ? Map.of("vault", vault.publicKey(), "alice", alice.publicKey())
                        : Map.of("vault", vault.publicKey()));
    try (AuditLog open = AuditLog.open(log, fickle)) {
      SampleLog.append(open, 4);
    }
    assertThat(asked).hasValue(1);
    assertThat(newestState().epoch.recipients()).isEqualTo(digestOfSeals(Event.LOG_OPEN));
    try (AuditLog open = AuditLog.open(log, fickle)) {
      SampleLog.append(open, 4);
    }
    assertThat(asked).hasValue(2);
    assertThat(newestState().epoch.recipients()).isEqualTo(digestOfSeals(Event.KEY_EPOCH));
    SampleLog.write(log, SampleLog.lines(log).subList(0, 8));
    Recovery.recover(log, fickle, true, records -> {});
    assertThat(asked).hasValue(3);
    assertThat(newestState().epoch.recipients()).isEqualTo(digestOfSeals(Event.RECOVER));
  }

  /** Killed between state and record; who takes it up finds others, and the digest follows. */
  @Test
  void soIsThatOfAnEpochThatAnotherProcessBegan() throws Exception {
    append(4);
    State state = newestState();
    byte[] both =
        Epoch.digest(new Digests(), Map.of("vault", vault.publicKey(), "alice", alice.publicKey()));
    state.pending = Epoch.begin(1, state.head.n(), Moment.now(Clock.systemUTC()), both);
    state.pendingMacKey = Epoch.newMacKey();
    state.generation++;
    byte[] slot = state.encode(new Digests());
    Files.write(log.resolve("state"), ByteBuffer.allocate(8192).put(slot).put(slot).array());
    append(4);
    assertThat(SampleLog.lines(log)).hasSize(10);
    assertThat(digestOfSeals(Event.KEY_EPOCH)).isNotEqualTo(both);
    assertThat(newestState().epoch.recipients()).isEqualTo(digestOfSeals(Event.KEY_EPOCH));
  }

  private State newestState() throws Exception {
    byte[] bytes = Files.readAllBytes(log.resolve("state"));
    return Stream.of(Arrays.copyOf(bytes, 4096), Arrays.copyOfRange(bytes, 4096, 8192))
        .map(slot -> State.decode(new Digests(), slot).orElseThrow())
        .max(Comparator.comparingLong((State state) -> state.generation))
        .orElseThrow();
  }

  private byte[] digestOfSeals(Event event) throws Exception {
    String line =
        SampleLog.lines(log).stream()
            .filter(one -> one.contains("\"event\":\"" + event.text() + "\""))
            .toList()
            .getLast();
    Map<String, byte[]> sealed = new HashMap<>();
    for (String seal : line.replaceAll(".*\"mac_seal\":\"([^\"]*)\".*", "$1").split(" ", -1)) {
      String label = seal.substring(0, seal.indexOf(':'));
      sealed.put(label, label.equals("vault") ? vault.publicKey() : alice.publicKey());
    }
    return Epoch.digest(new Digests(), sealed);
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
