package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.chain.State;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Heads that are signed while records go on. */
@Timeout(60)
final class SignerTest {
  private final Semaphore woken = new Semaphore(0);
  private final AuditOptions options = SampleLog.options();

  @TempDir Path folder;
  private Path log = Path.of("");

  @BeforeEach
  void aLog() {
    log = folder.resolve("audit");
  }

  @Test
  void aHeadIsSignedAfter64RecordsAndTheStateKnowsOnceItIsDurable() throws Exception {
    try (Store store = new Store(log, options, woken::release)) {
      append(store, 63);
      store.signWhereDue();
      append(store, 9);
      woken.acquire();
      assertThat(signed()).isZero();
      store.publish(now(), false);
      assertThat(signed()).isEqualTo(64);
      woken.acquire();
      append(store, 1);
      store.signWhereDue();
      assertThat(woken.availablePermits()).as("the next one is due at 128").isZero();
    }
    assertThat(AuditVerifier.withoutKey().verify(log).signed()).isEqualTo(64);
  }

  @Test
  void aNewerCheckpointIsNotReplacedByOneThatWasBegunBefore() throws Exception {
    try (Store store = new Store(log, options, woken::release)) {
      append(store, 63);
      store.signWhereDue();
      woken.acquire();
      append(store, 9);
      store.checkpoint(now());
      store.publish(now(), false);
      assertThat(signed()).isEqualTo(73);
    }
    try (Stream<Path> files = Files.list(log.resolve("checkpoints"))) {
      assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("latest");
    }
  }

  /** The state counts a checkpoint only once its place is durable; the file tells at once. */
  @Test
  void whatAnotherProcessPublishedIsNotReplacedByAnOlderOne() throws Exception {
    Semaphore other = new Semaphore(0);
    try (Store slow = new Store(log, options, woken::release);
        Store quick = new Store(log, options, other::release)) {
      append(slow, 63);
      slow.signWhereDue();
      woken.acquire();
      append(quick, 9);
      quick.signEnd(now());
      other.acquire();
      quick.publish(now(), false);
      assertThat(signed()).isEqualTo(73);
      slow.publish(now(), false);
      assertThat(signed()).isEqualTo(73);
    }
  }

  @Test
  void theKeyOfAClosedEpochSignsNothingThatIsPublished() throws Exception {
    try (Store store = new Store(log, options, woken::release)) {
      append(store, 1000);
      store.signWhereDue();
      woken.acquire();
      append(store, 30);
      append(store, 1);
      store.publish(now(), false);
      assertThat(signed()).isEqualTo(1032);
    }
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
  }

  @Test
  void theEndIsSignedWhenNothingComes() throws Exception {
    try (Store store = new Store(log, options, woken::release)) {
      append(store, 4);
      store.signEnd(now());
      woken.acquire();
      store.publish(now(), true);
      woken.acquire();
      byte[] before = Files.readAllBytes(log.resolve("state"));
      store.publish(now(), true);
      byte[] after = Files.readAllBytes(log.resolve("state"));
      assertThat(signed()).isEqualTo(5);
      assertThat(after).isNotEqualTo(before);
      assertThat(slot(after, 0).head.n()).isEqualTo(slot(after, 1).head.n()).isEqualTo(5);
    }
  }

  private static State slot(byte[] file, int number) {
    byte[] slot = new byte[Format.SLOT];
    System.arraycopy(file, number * Format.SLOT, slot, 0, Format.SLOT);
    return State.decode(new Digests(), slot).orElseThrow();
  }

  private void append(Store store, int records) throws AuditException {
    List<byte[]> rests = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      rests.add(Entry.of(Event.CALL_INTENT).rest(now(), options.context().values()));
    }
    store.append(rests, true, now());
  }

  private long signed() throws IOException {
    Path latest = log.resolve("checkpoints/latest");
    return Files.exists(latest) ? Long.parseLong(Files.readAllLines(latest).get(1)) : 0;
  }

  private static Moment now() {
    return Moment.now(Clock.systemUTC());
  }
}
