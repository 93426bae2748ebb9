package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.verify.Finding.Kind;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes the test vectors of the format: small logs, one fault each. A program, not a test: run it
 * when the format grows, and commit what it wrote.
 */
public final class AuditVectors {
  private static final String LATEST = "checkpoints/latest";
  private static final String EPOCHS = "checkpoints/epochs";
  private static final String SECOND = "log/00000000000000000004.jsonl";

  private interface Edit {
    void apply(Path log) throws IOException;
  }

  private final Path folder;
  private final Path base;
  private final Path other;
  private final StringBuilder index = new StringBuilder("# name verdict class n\n");

  private AuditVectors(Path folder, Path base, Path other) {
    this.folder = folder;
    this.base = base;
    this.other = other;
  }

  /** Argument: a new directory. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    Path work = Files.createTempDirectory("vectors");
    AuditVectors vectors =
        new AuditVectors(folder, log(work.resolve("base")), log(work.resolve("other")));
    vectors.sound();
    vectors.lines();
    vectors.chain();
    vectors.checkpoints();
    vectors.lost();
    vectors.state();
    vectors.add("nothing", "cannot-judge", log -> Files.delete(log.resolve(LATEST)), true);
    Files.writeString(folder.resolve("index.txt"), vectors.index);
    System.exit(0);
  }

  /** Nine records; number 4 begins epoch 1. */
  private static Path log(Path directory) throws Exception {
    SampleLog.closed(directory, 4);
    byte[] auditor = SealKeyPair.generate().publicKey();
    AuditOptions options = SampleLog.options().recipients(() -> Map.of("auditor", auditor));
    try (AuditLog open = AuditLog.open(directory, options)) {
      SampleLog.append(open, 4);
    }
    return directory;
  }

  private void sound() throws IOException {
    add("sound", "sound", log -> {}, false);
    add("sound-with-state", "sound", log -> copy("state", log, base), false);
    add("sound-torn-end", "sound", log -> append(log, "{\"v\":\"1\",\"n\":\"9\",\"lo"), false);
    add(
        "sound-without-newest-checkpoint",
        "sound",
        log -> Files.delete(log.resolve(LATEST)),
        false);
    add("sound-two-segments", "sound", AuditVectors::split, false);
    add(
        "sound-torn-end-with-state",
        "sound",
        log -> {
          copy("state", log, base);
          append(log, "never acknowledged\n");
        },
        false);
  }

  private void lines() throws IOException {
    line("line-unknown-field", 3, "\"server\":", "\"servant\":");
    line(
        "line-repeated-field",
        3,
        "\"server\":\"github\"",
        "\"server\":\"github\",\"server\":\"x\"");
    line("line-fields-out-of-order", 3, "\"v\":\"1\",\"n\":\"3\"", "\"n\":\"3\",\"v\":\"1\"");
    add(
        "line-field-missing",
        Kind.LINE,
        3,
        lines(
            all -> with(without(all, 3), 3, all.get(3).replaceFirst("\"mono\":\"[0-9]+\",", ""))));
    line("line-version-2", 3, "\"v\":\"1\"", "\"v\":\"2\"");
    line("line-unknown-event", 3, "call.intent", "call.intents");
    line("line-number-with-zero", 3, "\"n\":\"3\"", "\"n\":\"03\"");
    line("line-number-not-a-string", 3, "\"n\":\"3\"", "\"n\":3");
    line("line-space", 3, ",\"log\"", ", \"log\"");
    line("line-carriage-return", 3, "\"}", "\"}\r");
    line("line-byte-order-mark", 3, "{\"v\"", "\ufeff{\"v\"");
    line("line-nul", 3, "claude-code", "claude\u0000code");
    line("line-time-zone", 3, "Z\",\"mono\"", "+\",\"mono\"");
    line("line-long-escape", 3, "claude-code", "claude\\u002dcode");
    line("line-upper-case-escape", 3, "claude-code", "claude\\u001Fcode");
    line("line-json-escape", 3, "claude-code", "claude\\ncode");
    line("line-epoch-in-a-call", 3, "\"prev\":", "\"epoch\":\"0\",\"prev\":");
    line("line-after-the-record", 3, "\"}", "\"} ");
    bytes("line-overlong-utf-8", "claude-code", "claude\u00c0\u00afcode");
    bytes("line-surrogate-in-utf-8", "claude-code", "claude\u00ed\u00a0\u0080code");
    bytes("line-cut-utf-8", "claude-code", "claude\u00c3code");
    add("line-blank", Kind.LINE, 3, lines(all -> with(all, 3, "")));
    add("line-stray-bits", Kind.LINE, 3, lines(all -> with(without(all, 3), 3, stray(all.get(3)))));
    add(
        "line-too-long",
        Kind.LINE,
        3,
        lines(all -> with(all, 3, all.remove(3).replace("claude-code", "x".repeat(66_000)))));
  }

  private void chain() throws IOException {
    add("number-line-deleted", Kind.NUMBER, 2, lines(all -> without(all, 2)));
    add("number-line-repeated", Kind.NUMBER, 3, lines(all -> with(all, 3, all.get(2))));
    add("number-lines-swapped", Kind.NUMBER, 2, lines(all -> with(all, 3, all.remove(2))));
    add(
        "log-id-of-another-log",
        Kind.LOG_ID,
        2,
        lines(all -> with(without(all, 2), 2, SampleLog.lines(other).get(2))));
    add("link-value-changed", Kind.LINK, 2, lines(all -> replaced(all, 1, "github", "gitlab")));
    add("link-opened-twice", Kind.NUMBER, 1, lines(all -> with(all, 1, all.getFirst())));
    add(
        "epoch-skipped",
        Kind.EPOCH,
        4,
        lines(all -> replaced(all, 4, "\"epoch\":\"1\"", "\"epoch\":\"2\"")));
  }

  private void checkpoints() throws IOException {
    add(
        "checkpoint-last-line-changed",
        Kind.CHECKPOINT,
        9,
        lines(all -> replaced(all, 8, "\"ok\"", "\"no\"")));
    note("checkpoint-root", LATEST, 2, 5, 9);
    note("checkpoint-epoch-signature", LATEST, 4, -5, 9);
    note("checkpoint-identity-signature", LATEST, 5, -5, 9);
    note("checkpoint-epoch-key-id", LATEST, 4, 60, 9);
    note("checkpoint-of-a-closed-epoch", EPOCHS, 4, -5, 5);
    add("checkpoint-of-another-log", Kind.CHECKPOINT, 9, log -> copy(LATEST, log, other));
    text("checkpoint-size-with-zero", LATEST, "\n9\n", "\n09\n");
    text("checkpoint-carriage-return", LATEST, "\n9\n", "\n9\r\n");
    text("checkpoint-third-signature", LATEST, "\n\n", "\n\n— x AAAA\n");
    text("checkpoint-extension-line", LATEST, "\n\n", "\nmore\n\n");
    text("checkpoint-cut", LATEST, "=\n", "=");
    add(
        "checkpoint-keys-swapped",
        Kind.CHECKPOINT,
        9,
        log -> {
          List<String> lines = new ArrayList<>(Files.readAllLines(log.resolve(LATEST)));
          lines.add(lines.remove(4));
          Files.writeString(log.resolve(LATEST), String.join("\n", lines) + "\n");
        });
  }

  private void lost() throws IOException {
    add("lost-end", Kind.LOST, 7, lines(all -> all.subList(0, 7)));
    add("lost-all", Kind.LOST, 0, log -> Files.delete(log.resolve(SampleLog.SEGMENT)));
    add(
        "lost-beginning",
        Kind.LOST,
        0,
        log -> {
          split(log);
          Files.delete(log.resolve(SampleLog.SEGMENT));
        });
    add(
        "lost-between-segments",
        Kind.LOST,
        3,
        log -> {
          split(log);
          Path first = log.resolve(SampleLog.SEGMENT);
          Files.write(first, Files.readAllLines(first).subList(0, 3));
        });
    add("lost-first-line", Kind.LOST, 0, lines(all -> without(all, 0)));
    add(
        "link-torn-between-segments",
        Kind.LINK,
        4,
        log -> {
          split(log);
          append(log, "{");
        });
  }

  private void state() throws IOException {
    add("state-of-another-log", Kind.STATE, 9, log -> copy("state", log, other));
    add("state-not-whole", Kind.STATE, 0, log -> Files.write(log.resolve("state"), new byte[8192]));
    add(
        "state-cut-log",
        Kind.LOST,
        7,
        log -> {
          copy("state", log, base);
          Files.delete(log.resolve(LATEST));
          lines(all -> all.subList(0, 7)).apply(log);
        });
    add(
        "state-unknown-line-acknowledged",
        Kind.LINE,
        8,
        log -> {
          copy("state", log, base);
          Files.delete(log.resolve(LATEST));
          lines(all -> with(without(all, 8), 8, "x")).apply(log);
        });
  }

  private void line(String name, int n, String from, String to) throws IOException {
    add(name, Kind.LINE, n, lines(all -> replaced(all, n, from, to)));
  }

  private void bytes(String name, String from, String to) throws IOException {
    add(
        name,
        Kind.LINE,
        3,
        log -> {
          Path file = log.resolve(SampleLog.SEGMENT);
          String[] all = Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1);
          all[3] = all[3].replace(from, to);
          Files.writeString(file, String.join("\n", all), StandardCharsets.ISO_8859_1);
        });
  }

  private void text(String name, String file, String from, String to) throws IOException {
    add(
        name,
        Kind.CHECKPOINT,
        0,
        log -> {
          String all = Files.readString(log.resolve(file));
          int at = to.equals("=") ? all.lastIndexOf(from) : all.indexOf(from);
          String altered = all.substring(0, at) + to + all.substring(at + from.length());
          Files.writeString(log.resolve(file), altered);
        });
  }

  /** Another base64 character at a place of a line; from its end, where the place is negative. */
  private void note(String name, String file, int line, int place, long n) throws IOException {
    add(
        name,
        Kind.CHECKPOINT,
        n,
        log -> {
          List<String> lines = new ArrayList<>(Files.readAllLines(log.resolve(file)));
          StringBuilder one = new StringBuilder(lines.get(line));
          int at = place < 0 ? one.length() + place : line == 4 ? one.lastIndexOf(" ") + 1 : place;
          one.setCharAt(at, one.charAt(at) == 'A' ? 'B' : 'A');
          lines.set(line, one.toString());
          Files.writeString(log.resolve(file), String.join("\n", lines) + "\n");
        });
  }

  private interface Lines {
    List<String> edit(List<String> all) throws IOException;
  }

  private static Edit lines(Lines edit) {
    return log -> SampleLog.write(log, edit.edit(SampleLog.lines(log)));
  }

  private void add(String name, Kind kind, long n, Edit edit) throws IOException {
    index.append(name).append(" tampered ");
    index.append(kind.name().toLowerCase(Locale.ROOT)).append(' ').append(n).append('\n');
    make(name, edit);
  }

  private void add(String name, String verdict, Edit edit, boolean empty) throws IOException {
    index.append(name).append(' ').append(verdict).append('\n');
    make(name, edit);
    if (empty) {
      for (String file : List.of(SampleLog.SEGMENT, EPOCHS)) {
        Files.delete(folder.resolve(name).resolve(file));
      }
      Files.writeString(folder.resolve(name).resolve("checkpoints/.keep"), "");
    }
  }

  private void make(String name, Edit edit) throws IOException {
    Path log = folder.resolve(name);
    for (String file : List.of(SampleLog.SEGMENT, LATEST, EPOCHS)) {
      copy(file, log, base);
    }
    edit.apply(log);
  }

  private static void copy(String file, Path to, Path from) throws IOException {
    Files.createDirectories(to.resolve(file).getParent());
    Files.write(to.resolve(file), Files.readAllBytes(from.resolve(file)));
  }

  private static void append(Path log, String text) throws IOException {
    Path file = log.resolve(SampleLog.SEGMENT);
    Files.writeString(file, Files.readString(file) + text);
  }

  private static void split(Path log) throws IOException {
    List<String> all = SampleLog.lines(log);
    SampleLog.write(log, all.subList(0, 4));
    Files.writeString(log.resolve(SECOND), String.join("\n", all.subList(4, all.size())) + "\n");
  }

  private static List<String> without(List<String> all, int at) {
    List<String> left = new ArrayList<>(all);
    left.remove(at);
    return left;
  }

  private static List<String> with(List<String> all, int at, String line) {
    List<String> more = new ArrayList<>(all);
    more.add(at, line);
    return more;
  }

  private static List<String> replaced(List<String> all, int at, String from, String to) {
    String line = all.get(at);
    int place = line.lastIndexOf(from);
    if (place < 0) {
      throw new AssertionError(from + " is not in line " + at);
    }
    all.set(at, line.substring(0, place) + to + line.substring(place + from.length()));
    return all;
  }

  /** The last character of 32 bytes carries two bits that stand for nothing. */
  private static String stray(String line) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = line.length() - 3;
    char c = alphabet.charAt(alphabet.indexOf(line.charAt(last)) + 1);
    return line.substring(0, last) + c + line.substring(last + 1);
  }
}
