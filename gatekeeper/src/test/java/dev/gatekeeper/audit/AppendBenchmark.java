package dev.gatekeeper.audit;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What a durable record costs, as a ratio to the bare append and fdatasync of the same bytes in the
 * same run, turn by turn; on the thread that hands it in, as a session writes the record of a call.
 * A program, not a test: it prints, and judges nothing.
 */
public final class AppendBenchmark {
  private static final int WARM_UP = 2_000;
  private static final int ROUNDS = 4_000;

  private AppendBenchmark() {}

  /** Argument: a directory on the disk to be measured. */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(args[0]), "append");
    byte[] line = new byte[400];
    long[] bare = new long[ROUNDS];
    long[] full = new long[ROUNDS];
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("bare"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        AuditLog log = AuditLog.open(directory.resolve("audit"), SampleLog.options())) {
      log.lend();
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.wrap(line), channel.size());
        channel.force(false);
        long middle = System.nanoTime();
        log.append(Entry.of(Event.CALL_INTENT).with(Field.SERVER, "github").with(Field.TOOL, "t"));
        long end = System.nanoTime();
        if (i >= 0) {
          bare[i] = middle - start;
          full[i] = end - middle;
        }
      }
    }
    report("p50", bare, full, 0.50);
    report("p99", bare, full, 0.99);
    opening(directory.resolve("audit"));
    verifying(directory.resolve("audit"));
    System.exit(0);
  }

  private static void report(String name, long[] bare, long[] full, double quantile) {
    Arrays.sort(bare);
    Arrays.sort(full);
    int at = (int) (ROUNDS * quantile);
    System.out.printf(
        "%s: fdatasync %d us, durable record %d us, ratio %.2f%n",
        name, bare[at] / 1000, full[at] / 1000, (double) full[at] / bare[at]);
  }

  private static void opening(Path log) throws AuditException {
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
        long opened = System.nanoTime();
        open.append(Entry.of(Event.CALL_INTENT));
        System.out.printf(
            "open %d us, first durable record after %d us%n",
            (opened - start) / 1000, (System.nanoTime() - start) / 1000);
      }
    }
  }

  private static void verifying(Path log) throws Exception {
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      long records = AuditVerifier.withoutKey().verify(log).records();
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "verify %.0f records/s, %.0f MB/s%n", records / seconds, size(log) / seconds / 1e6);
    }
  }

  private static long size(Path log) throws IOException {
    return Files.size(log.resolve(SampleLog.SEGMENT));
  }
}
