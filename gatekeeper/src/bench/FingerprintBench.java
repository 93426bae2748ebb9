import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.fingerprint.print.Imprint;
import dev.gatekeeper.fingerprint.print.Print;
import dev.gatekeeper.fingerprint.print.PrintKey;
import dev.gatekeeper.fingerprint.scan.Scan;
import dev.gatekeeper.fingerprint.scan.Watch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Looking for 1,000 values by their fingerprints: how fast, and whether it finds what is not there.
 */
final class FingerprintBench {
  private static final int MEGABYTES = 100;
  private static final int ROUNDS = 5;
  private static final int VALUES = 1_000;

  private FingerprintBench() {}

  public static void main(String[] args) throws Exception {
    PrintKey key = PrintKey.generate();
    Imprint imprint = new Imprint(key);
    Random random = new Random(1);
    List<Print> prints = new ArrayList<>();
    while (prints.size() < VALUES) {
      byte[] value = value(random, prints.size());
      imprint.ofStrong("secret:v" + prints.size(), value).ifPresent(prints::add);
    }
    byte[] source = source(Path.of(args[0]));
    byte[] noise = new byte[MEGABYTES << 18];
    random.nextBytes(noise);
    System.out.println("| text | MB | MB/s | the search of plain text alone | found by mistake |");
    System.out.println("|---|---|---|---|---|");
    measure("source code", prints, key, source);
    measure("random bytes", prints, key, noise);
    measure("source code as base64", prints, key, Base64.getEncoder().encode(source));
    measure("random bytes as base64", prints, key, Base64.getEncoder().encode(noise));
    measure("source code as base64, folded", prints, key, Base64.getMimeEncoder().encode(source));
  }

  /** 24 to 59 characters, some behind a prefix; each twentieth a PEM file of 25 lines and two. */
  private static byte[] value(Random random, int number) {
    String[] prefixes = {"", "ghp_", "sk-", "xoxb-", "AKIA"};
    StringBuilder value = new StringBuilder(prefixes[number % prefixes.length]);
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    int lines = number % 20 == 0 ? 25 : 1;
    int length = lines > 1 ? 64 : 24 + random.nextInt(36);
    value.append(lines > 1 ? "-----BEGIN PRIVATE KEY-----\n" : "");
    for (int line = 0; line < lines; line++) {
      for (int i = 0; i < length; i++) {
        value.append(letters.charAt(random.nextInt(letters.length())));
      }
      value.append(lines > 1 ? "\n" : "");
    }
    value.append(lines > 1 ? "-----END PRIVATE KEY-----" : "");
    return value.toString().getBytes(UTF_8);
  }

  private static byte[] source(Path zip) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      Enumeration<? extends ZipEntry> entries = file.entries();
      while (entries.hasMoreElements() && all.size() < MEGABYTES << 20) {
        ZipEntry entry = entries.nextElement();
        if (entry.getName().endsWith(".java")) {
          all.writeBytes(file.getInputStream(entry).readAllBytes());
        }
      }
    }
    return all.toByteArray();
  }

  private interface Search {
    int found() throws Exception;
  }

  private static void measure(String what, List<Print> prints, PrintKey key, byte[] text)
      throws Exception {
    Watch watch = new Watch(prints, key, false);
    Scan scan = new Scan(List.of(watch));
    int[] hits = new int[1];
    long whole =
        best(() -> hits[0] = scan.read("bench", new ByteArrayInputStream(text)).findings().size());
    long alone =
        best(
            () -> {
              watch.search(text, 0, text.length, (print, start, end) -> hits[0]++);
              return 0;
            });
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %d | %d | %d |%n",
        what,
        text.length >> 20,
        text.length * 1_000L / whole,
        text.length * 1_000L / alone,
        hits[0]);
  }

  /** CPU time of this thread, the best of some rounds. */
  private static long best(Search search) throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long from = threads.getCurrentThreadCpuTime();
      search.found();
      best = Math.min(best, threads.getCurrentThreadCpuTime() - from);
    }
    return best;
  }
}
