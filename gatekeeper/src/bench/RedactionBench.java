import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.redaction.Redactor;
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

/** Masking with 1,000 watched values: how fast, and whether it leaves source code alone. */
final class RedactionBench {
  private static final int MEGABYTES = 100;
  private static final int PIECE = 1 << 20;
  private static final int ROUNDS = 5;

  private RedactionBench() {}

  public static void main(String[] args) throws Exception {
    Redactor redactor = new Redactor();
    Random random = new Random(1);
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    String[] prefixes = {"", "ghp_", "sk-", "xoxb-", "AKIA"};
    for (int i = 0; i < 1_000; i++) {
      StringBuilder value = new StringBuilder(prefixes[i % prefixes.length]);
      int length = i % 100 == 0 ? 8 : 20 + random.nextInt(40);
      while (value.length() < length) {
        value.append(letters.charAt(random.nextInt(letters.length())));
      }
      redactor.watch("secret:v" + i, value.toString().getBytes(UTF_8));
    }
    long built = System.nanoTime();
    redactor.text(new byte[1]);
    built = System.nanoTime() - built;
    List<byte[]> source = source(Path.of(args[0]));
    List<byte[]> noise = new ArrayList<>();
    for (int i = 0; i < MEGABYTES / 4; i++) {
      byte[] bytes = new byte[PIECE];
      random.nextBytes(bytes);
      noise.add(bytes);
    }
    System.out.printf(
        Locale.ROOT, "The table of 1,000 values was built in %d ms.%n%n", built / 1_000_000);
    System.out.println("| text | MB | MB/s | bytes allocated a byte | false positives |");
    System.out.println("|---|---|---|---|---|");
    text("source code, as lines of a log", redactor, source);
    text("random bytes", redactor, noise);
    messages("source code, in JSON strings", redactor, quoted(source));
    messages("random bytes as base64 in JSON", redactor, blobs(noise));
    messages("source code as base64 in JSON", redactor, blobs(source));
    messages("identifiers and numbers in JSON", redactor, table(random));
  }

  private static List<byte[]> source(Path zip) throws Exception {
    List<byte[]> pieces = new ArrayList<>();
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      Enumeration<? extends ZipEntry> entries = file.entries();
      while (entries.hasMoreElements() && pieces.size() < MEGABYTES) {
        ZipEntry entry = entries.nextElement();
        if (entry.getName().endsWith(".java")) {
          piece.writeBytes(file.getInputStream(entry).readAllBytes());
          if (piece.size() >= PIECE) {
            pieces.add(piece.toByteArray());
            piece.reset();
          }
        }
      }
    }
    return pieces;
  }

  private static List<byte[]> quoted(List<byte[]> texts) {
    List<byte[]> messages = new ArrayList<>();
    for (byte[] text : texts) {
      messages.add(
          join(
              "{\"result\":{\"content\":[{\"type\":\"text\",\"text\":",
              Json.quote(new String(text, UTF_8)),
              "}]}}"));
    }
    return messages;
  }

  private static List<byte[]> blobs(List<byte[]> texts) {
    List<byte[]> messages = new ArrayList<>();
    for (byte[] text : texts) {
      messages.add(join("{\"contents\":[{\"blob\":\"", Base64.getEncoder().encode(text), "\"}]}"));
    }
    return messages;
  }

  private static List<byte[]> table(Random random) {
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      StringBuilder rows = new StringBuilder("[");
      while (rows.length() < PIECE) {
        rows.append(
            String.format(
                "{\"id\":%d,\"name\":\"user-%x\",\"sha\":\"%016x%016x\",\"active\":true,\"score\":%d.5},",
                random.nextInt(1 << 30),
                random.nextInt(),
                random.nextLong(),
                random.nextLong(),
                random.nextInt(100)));
      }
      messages.add(rows.append("0]").toString().getBytes(UTF_8));
    }
    return messages;
  }

  private static byte[] join(String front, byte[] middle, String back) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(front.getBytes(UTF_8));
    out.writeBytes(middle);
    out.writeBytes(back.getBytes(UTF_8));
    return out.toByteArray();
  }

  private interface Masking {
    boolean changes(byte[] text) throws Exception;
  }

  private static void text(String what, Redactor redactor, List<byte[]> texts) throws Exception {
    measure(what, texts, text -> redactor.text(text) != text);
  }

  private static void messages(String what, Redactor redactor, List<byte[]> texts)
      throws Exception {
    List<Slice> slices = new ArrayList<>();
    for (byte[] text : texts) {
      slices.add(Slice.of(text));
    }
    int[] at = new int[1];
    measure(what, texts, text -> redactor.message(slices.get(at[0]++ % slices.size())).isPresent());
  }

  private static void measure(String what, List<byte[]> texts, Masking masking) throws Exception {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (byte[] text : texts) {
      bytes += text.length;
    }
    long best = Long.MAX_VALUE;
    long allocated = 0;
    int hits = 0;
    for (int round = 0; round < ROUNDS; round++) {
      hits = 0;
      long before = threads.getCurrentThreadAllocatedBytes();
      long from = threads.getCurrentThreadCpuTime();
      for (byte[] text : texts) {
        hits += masking.changes(text) ? 1 : 0;
      }
      best = Math.min(best, threads.getCurrentThreadCpuTime() - from);
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %d | %.2f | %d |%n",
        what,
        bytes >> 20,
        bytes * 1_000 / best,
        (double) allocated / bytes,
        hits);
  }
}
