import com.sun.management.OperatingSystemMXBean;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.proof.Prover;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * How fast a log is verified, beside one SHA-256 over the same bytes in the same run. Compare
 * ratios, not machines.
 */
final class VerifyBench {
  /** Records that wait for the log while it is made. */
  private static final int WAITING = 10_000;

  private VerifyBench() {}

  /** Arguments: a directory for the log, how many records it has. */
  public static void main(String[] args) throws Exception {
    Path log = Path.of(args[0]).resolve("audit");
    SealKeyPair auditor = SealKeyPair.generate();
    long start = System.nanoTime();
    write(log, Integer.parseInt(args[1]), auditor);
    long bytes = 0;
    for (Path segment : segments(log)) {
      bytes += Files.size(segment);
    }
    System.err.printf(Locale.ROOT, "made in %.0f s%n", (System.nanoTime() - start) / 1e9);
    System.out.println("| | records/s | GB/s | of raw SHA-256 | CPU time, of raw |");
    System.out.println("|---|---:|---:|---:|---:|");
    for (int round = 1; round <= 5; round++) {
      long records = Integer.parseInt(args[1]);
      Cost raw = cost(() -> raw(log));
      print("raw SHA-256, one core, round " + round, records, bytes, raw, raw);
      print("verify", records, bytes, cost(() -> verify(log, AuditVerifier.withoutKey())), raw);
      AuditVerifier withKey = AuditVerifier.withoutKey().opener(MacKeyOpener.holding(auditor));
      print("verify with MACs", records, bytes, cost(() -> verify(log, withKey)), raw);
    }
    prove(log, Integer.parseInt(args[1]));
    System.exit(0);
  }

  /** Proofs of records here and there: the first makes the tiles. */
  private static void prove(Path log, int records) throws Exception {
    Prover prover = Prover.of(log);
    SignedCheckpoint head = prover.newest();
    long start = System.nanoTime();
    prover.inclusion(0, head);
    System.out.printf(
        Locale.ROOT, "%nfirst proof, with tiles: %.2f s%n", (System.nanoTime() - start) / 1e9);
    long[] times = new long[2_000];
    int bytes = 0;
    for (int i = 0; i < times.length; i++) {
      long n = i * 7919L % records;
      start = System.nanoTime();
      InclusionProof proof = prover.inclusion(n, head);
      times[i] = System.nanoTime() - start;
      int extra = (proof.line().length() + 1 + 88 + 2) / 3 * 4 + "extra \n".length();
      bytes = Math.max(bytes, proof.print().length() + 2 * 2 - extra);
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "proof with its check: p50 %,d µs, p99 %,d µs; at most %,d bytes beside the record%n",
        times[times.length / 2] / 1000,
        times[times.length * 99 / 100] / 1000,
        bytes);
  }

  /**
   * Seconds on the clock, and of all threads. The second hardly changes with other work on the
   * machine.
   */
  private record Cost(double seconds, double cpu) {}

  private static Cost cost(Callable<?> work) throws Exception {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    work.call();
    return new Cost((System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
  }

  private static void print(String what, long records, long bytes, Cost cost, Cost raw) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %,.0f | %.2f | %.2f | %.2f |%n",
        what,
        records / cost.seconds(),
        bytes / cost.seconds() / 1e9,
        raw.seconds() / cost.seconds(),
        cost.cpu() / raw.cpu());
  }

  private static void write(Path log, int records, SealKeyPair auditor) throws Exception {
    AuditContext context = new AuditContext();
    context.session("a1b2");
    context.agent("claude-code", "2.0.0");
    context.project("/home/dev/shop");
    AuditOptions options =
        AuditOptions.of(context)
            .recipients(() -> Map.of("auditor", auditor.publicKey()))
            .unsafeWithoutSync();
    Semaphore room = new Semaphore(WAITING);
    try (AuditLog open = AuditLog.open(log, options)) {
      for (int i = 1; i < records; i++) {
        Entry entry =
            i % 2 == 1
                ? Entry.of(Event.CALL_INTENT)
                    .with(Field.SERVER, "github")
                    .with(Field.TOOL, "create_issue")
                    .with(Field.TOOL_USE, "toolu_" + i)
                : Entry.of(Event.CALL_OUTCOME)
                    .with(Field.OUTCOME, "ok")
                    .with(Field.DURATION, 1234)
                    .with(Field.REF, i - 1);
        room.acquire();
        open.submit(entry, receipt -> room.release());
      }
      room.acquire(WAITING);
    }
  }

  private static AuditReport verify(Path log, AuditVerifier verifier) throws Exception {
    AuditReport report = verifier.verify(log);
    if (!report.sound()) {
      throw new AssertionError(report.finding());
    }
    return report;
  }

  private static byte[] raw(Path log) throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[1 << 18];
    for (Path segment : segments(log)) {
      try (InputStream in = Files.newInputStream(segment)) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          sha.update(buffer, 0, count);
        }
      }
    }
    return sha.digest();
  }

  private static List<Path> segments(Path log) throws Exception {
    try (Stream<Path> all = Files.list(log.resolve("log"))) {
      return all.sorted().toList();
    }
  }
}
