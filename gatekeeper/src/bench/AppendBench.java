import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.upkeep.Recovery;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * What a durable record costs beside the bare append and fdatasync of as many bytes in the same
 * run, and how long logs take to open. Compare ratios, not machines.
 */
final class AppendBench {
  private static final int WARM_UP = 2_000;
  private static final int ROUNDS = 4_000;
  private static final int PROCESSES = 8;

  /**
   * Milliseconds until all that eight processes run is compiled. Their compilers take as long on
   * two processors: before, each lock waits for them, and what is measured is they.
   */
  private static final long WARM_UP_TIME = 60_000;

  /** Milliseconds after that, while records count. */
  private static final long TIME = 4_000;

  /** Bytes of a record of these. */
  private static final int RECORD = 400;

  /** The time of a record that was refused. */
  private static final long REFUSED = -1;

  /** Records that wait for the log while it is made. */
  private static final int WAITING = 10_000;

  /** Openings of a log of each kind; the first ones are warm-up. */
  private static final int OPENINGS = 60;

  private static final int COLD = 20;

  /** Recoveries of each log. */
  private static final int RECOVERIES = 5;

  /** Bytes that a record takes on the memory disk, with room to spare. */
  private static final int MADE = 600;

  private AppendBench() {}

  /** Arguments: a directory on the disk to be measured, and one on a memory disk. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("one-of-eight")) {
      oneOfEight(args[1], Path.of(args[2]), args[3]);
    } else {
      Path disk = Path.of(args[0]);
      Path memory = Path.of(args[1]);
      inTurn(disk, memory);
      together(disk, memory);
      opening(memory);
    }
    System.exit(0);
  }

  @FunctionalInterface
  private interface Append {
    void run() throws IOException, AuditException;
  }

  /** What appends one record and does not return before it is durable. */
  private record Appending(Append append, Closeable files) implements Closeable {
    /** By the program, on the thread that hands it in, as a session writes the record of a call. */
    static Appending log(Path directory) throws AuditException {
      AuditLog log = AuditLog.open(directory, options());
      log.lend();
      return new Appending(() -> log.append(intent()), log::close);
    }

    /** With nothing around it. */
    static Appending bare(Path file) throws IOException {
      FileChannel channel = channel(file);
      return new Appending(() -> appendTo(channel), channel);
    }

    /** To a file that others append to as well; the system lets one after the other in. */
    static Appending locked(Path file) throws IOException {
      FileChannel channel = channel(file);
      FileChannel lock = channel(Path.of(file + ".lock"));
      return new Appending(
          () -> {
            try (FileLock _ = lock.lock()) {
              appendTo(channel);
            }
          },
          channel);
    }

    private static void appendTo(FileChannel channel) throws IOException {
      channel.write(ByteBuffer.allocate(RECORD), channel.size());
      channel.force(false);
    }

    private static FileChannel channel(Path file) throws IOException {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }

  private static AuditOptions options() {
    AuditContext context = new AuditContext();
    context.session("a1b2");
    context.agent("claude-code", "2.0.0");
    context.project("/home/dev/shop");
    return AuditOptions.of(context);
  }

  private static Entry intent() {
    return Entry.of(Event.CALL_INTENT)
        .with(Field.SERVER, "github")
        .with(Field.TOOL, "create_issue")
        .with(Field.TOOL_USE, "toolu_1");
  }

  /** One process: the bare one, the record on the disk and that on the memory disk take turns. */
  private static void inTurn(Path disk, Path memory) throws Exception {
    long[][] nanos = new long[3][ROUNDS];
    try (Appending bare = Appending.bare(disk.resolve("bare"));
        Appending durable = Appending.log(disk.resolve("audit"));
        Appending inMemory = Appending.log(memory.resolve("audit"))) {
      List<Appending> all = List.of(bare, durable, inMemory);
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        for (int what = 0; what < all.size(); what++) {
          long start = System.nanoTime();
          all.get(what).append().run();
          nanos[what][Math.max(0, i)] = System.nanoTime() - start;
        }
      }
    }
    Arrays.stream(nanos).forEach(Arrays::sort);
    System.out.println("| one process | p50 | p99 | p50, of the bare one |");
    System.out.println("|---|---:|---:|---:|");
    print("bare append and fdatasync", nanos[0], nanos[0]);
    print("durable record", nanos[1], nanos[0]);
    print("record on a memory disk", nanos[2], nanos[0]);
  }

  private static void print(String what, long[] sorted, long[] bare) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d µs | %,d µs | %.2f |%n",
        what,
        sorted[ROUNDS / 2] / 1000,
        sorted[ROUNDS * 99 / 100] / 1000,
        (double) sorted[ROUNDS / 2] / bare[ROUNDS / 2]);
  }

  private static void together(Path disk, Path memory) throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%n| %d processes at once | records/s | p50 | p99 | longest | refused |%n",
        PROCESSES);
    System.out.println("|---|---:|---:|---:|---:|---:|");
    together("bare append and fdatasync, each to a file of its own", "bare", disk);
    together("bare append and fdatasync to one file under one lock", "locked", disk);
    together("durable record in one log", "log", disk);
    together("record in one log on a memory disk", "log", memory);
  }

  private static void together(String what, String kind, Path directory) throws Exception {
    Path place = Files.createDirectory(directory.resolve("eight-" + kind));
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      String name = kind.equals("bare") ? "bare-" + i : kind;
      processes.add(start(kind, place.resolve(name), place.resolve("times-" + i)));
    }
    for (Process process : processes) {
      process.inputReader().readLine();
    }
    String begin = Long.toString(System.currentTimeMillis() + WARM_UP_TIME) + '\n';
    for (Process process : processes) {
      OutputStream in = process.getOutputStream();
      in.write(begin.getBytes(UTF_8));
      in.flush();
    }
    long[] nanos = {};
    for (int i = 0; i < PROCESSES; i++) {
      if (processes.get(i).waitFor() != 0) {
        throw new AssertionError("a process failed: " + what);
      }
      ByteBuffer times = ByteBuffer.wrap(Files.readAllBytes(place.resolve("times-" + i)));
      int before = nanos.length;
      nanos = Arrays.copyOf(nanos, before + times.remaining() / Long.BYTES);
      times.asLongBuffer().get(nanos, before, nanos.length - before);
    }
    Arrays.sort(nanos);
    int refused = Math.toIntExact(Arrays.stream(nanos).filter(it -> it == REFUSED).count());
    nanos = Arrays.copyOfRange(nanos, refused, nanos.length);
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %,d µs | %,d µs | %,d ms | %d |%n",
        what,
        nanos.length * 1000L / TIME,
        nanos[nanos.length / 2] / 1000,
        nanos[nanos.length * 99 / 100] / 1000,
        nanos[nanos.length - 1] / 1_000_000,
        refused);
  }

  private static Process start(String kind, Path place, Path times) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            AppendBench.class.getName(),
            "one-of-eight",
            kind,
            place.toString(),
            times.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Says that it is ready, is told when its records begin to count, and leaves their times. */
  private static void oneOfEight(String kind, Path place, String times) throws Exception {
    try (Appending appending =
        switch (kind) {
          case "bare" -> Appending.bare(place);
          case "locked" -> Appending.locked(place);
          default -> Appending.log(place);
        }) {
      System.out.println("ready");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      long begin = Long.parseLong(in.readLine());
      ByteBuffer counted = ByteBuffer.allocate(1 << 24);
      for (long now = 0; now < begin + TIME; now = System.currentTimeMillis()) {
        long start = System.nanoTime();
        boolean taken = true;
        try {
          appending.append().run();
        } catch (AuditException e) {
          taken = false; // the log was busy for two seconds
        }
        if (now >= begin) {
          counted.putLong(taken ? System.nanoTime() - start : REFUSED);
        }
      }
      Files.write(Path.of(times), Arrays.copyOf(counted.array(), counted.position()));
    }
  }

  /** With its first record: what a session waits for. On a memory disk, so without the disk. */
  private static void opening(Path memory) throws Exception {
    System.out.println(
        "\n| log | opened, and its first record | after a crash, torn end set aside"
            + " | its last record lost, recovered |");
    System.out.println("|---|---:|---:|---:|");
    for (int records : new int[] {10, 1_000_000, 10_000_000}) {
      if ((long) records * MADE > Files.getFileStore(memory).getUsableSpace()) {
        System.out.printf(Locale.ROOT, "| of %,d records | no room | | |%n", records);
        continue;
      }
      Path log = memory.resolve("log-" + records);
      fill(log, records);
      System.out.printf(
          Locale.ROOT,
          "| of %,d records | %.1f ms | %.1f ms | %,.0f ms |%n",
          records,
          opening(log, false),
          opening(log, true),
          recovering(log));
    }
  }

  /** What a person waits for, who gives up the record: the log is read. In milliseconds. */
  private static double recovering(Path log) throws Exception {
    long[] nanos = new long[RECOVERIES];
    for (int i = 0; i < nanos.length; i++) {
      Path last = newest(log);
      byte[] lines = Files.readAllBytes(last);
      int end = lines.length - 1;
      while (end > 0 && lines[end - 1] != '\n') {
        end--;
      }
      Files.write(last, Arrays.copyOf(lines, end));
      long start = System.nanoTime();
      Recovery.recover(log, options(), true, read -> {});
      nanos[i] = System.nanoTime() - start;
      try (AuditLog open = AuditLog.open(log, options())) {
        open.append(intent());
      }
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e6;
  }

  private static Path newest(Path log) throws IOException {
    try (Stream<Path> segments = Files.list(log.resolve("log"))) {
      return segments.max(Path::compareTo).orElseThrow();
    }
  }

  /** The median, in milliseconds. */
  private static double opening(Path log, boolean torn) throws Exception {
    long[] nanos = new long[OPENINGS - COLD];
    for (int i = -COLD; i < nanos.length; i++) {
      if (torn) {
        Files.writeString(newest(log), "{\"v\":\"1\",\"n\":\"", StandardOpenOption.APPEND);
      }
      long start = System.nanoTime();
      try (AuditLog open = AuditLog.open(log, options())) {
        open.append(intent());
        nanos[Math.max(0, i)] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e6;
  }

  private static void fill(Path directory, int records) throws Exception {
    Semaphore room = new Semaphore(WAITING);
    try (AuditLog log = AuditLog.open(directory, options())) {
      for (int i = 1; i < records; i++) {
        room.acquire();
        log.submit(intent(), receipt -> room.release());
      }
      room.acquire(WAITING);
    }
  }
}
