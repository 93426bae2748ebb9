package dev.gatekeeper.audit.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.opening.Opening;
import dev.gatekeeper.audit.opening.Openings;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.LogLines;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Makes the vectors of disclosures anew, in the directory that is named: texts with one fault each,
 * and {@code index.txt} with what each of them is, alone or with a value that is claimed.
 */
public final class DisclosureVectors {
  private static final String SQL = "\"SELECT name FROM pupils WHERE age < 9\"";
  private static final String PASSWORD = "\"made-up-password-of-a-vector\"";

  private final Map<String, String> files = new TreeMap<>();
  private final Map<String, String> verdicts = new TreeMap<>();

  private DisclosureVectors() {}

  public static void main(String[] args) throws Exception {
    new DisclosureVectors().write(Path.of(args[0]));
  }

  private static NamedValue value(String name, String value, String kept) {
    return new NamedValue(name, value.getBytes(UTF_8), kept);
  }

  private static Entry call(String limit) {
    return Entry.of(Event.CALL_INTENT)
        .with(Field.SERVER, "db")
        .with(Field.TOOL, "query")
        .arguments(
            ArgumentsPolicy.REDACTED,
            List.of(
                value("sql", SQL, SQL),
                value("limit", limit, limit),
                value("password", PASSWORD, "\"[db/password]\"")));
  }

  private void write(Path directory) throws Exception {
    Path log = Files.createTempDirectory("vectors").resolve("audit");
    long n;
    long next;
    long alone;
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      SampleLog.append(open, 10);
      n = open.append(call("10"));
      next = open.append(call("99"));
      alone =
          open.append(
              Entry.of(Event.CALL_DENIED)
                  .arguments(ArgumentsPolicy.FULL, List.of(value("", "[]", "[]"))));
      SampleLog.append(open, 10);
    }
    String later = disclosed(log, next, "limit");
    String sql = disclosed(log, n, "sql");
    spelling(sql);
    value(sql, later);
    place(sql, disclosed(log, n, "limit"));
    record(sql, later, proof(log, n - 1));
    add("argument-alone-sound.disclosure", disclosed(log, alone, ""), "sound");
    String masked = disclosed(log, n, "password");
    add("masked.disclosure", masked, "no-value");
    add("masked-text-told.disclosure", told(masked, "\"[db/password]\""), "value");
    with("masked.disclosure", "password.txt", PASSWORD, "sound");
    with("masked.disclosure", "password-of-an-editor.txt", PASSWORD + "\n", "sound");
    with("masked.disclosure", "password-of-another.txt", "\"made-up-password\"", "value");
    with("argument-sound.disclosure", "password.txt", PASSWORD, "value");
    write(directory, files);
  }

  private void write(Path directory, Map<String, String> all) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, String> one : all.entrySet()) {
      Files.writeString(directory.resolve(one.getKey()), one.getValue());
    }
    StringBuilder index =
        new StringBuilder(
            "# Disclosures, alone or with a value that is claimed, and what they are: sound,"
                + " no-proof, record, path, signature, call, argument, value, no-value\n");
    verdicts.forEach(
        (name, verdict) -> index.append(name).append(' ').append(verdict).append('\n'));
    Files.writeString(directory.resolve("index.txt"), index);
  }

  /** Another spelling of what holds: who reads it might read something else than who checks it. */
  private void spelling(String sql) {
    add("argument-sound.disclosure", sql, "sound");
    add("argument-alone.disclosure", sql.substring(0, sql.indexOf('\n') + 1), "no-proof");
    add("argument-cut.disclosure", sql.substring(0, sql.length() - 1), "no-proof");
    add("argument-carriage-return.disclosure", sql.replaceFirst("\n", "\r\n"), "no-proof");
    add("argument-empty-line-behind.disclosure", sql.replaceFirst("\n", "\n\n"), "no-proof");
    add("argument-blank.disclosure", sql.replaceFirst(",", ", "), "no-proof");
    add("argument-key-unknown.disclosure", sql.replaceFirst("\\{", "{\"x\":\"\","), "no-proof");
    String twice = ",\"text\":" + quoted("\"DROP TABLE pupils\"");
    add("argument-text-twice.disclosure", before(sql, ",\"path\"", twice), "no-proof");
    add("argument-text-before.disclosure", before(sql, ",\"index\"", twice), "no-proof");
    add("argument-name-escaped.disclosure", sql.replace("\"sql\"", "\"\\u0073ql\""), "no-proof");
    add("argument-index-with-zero.disclosure", sql.replace("\"0\"", "\"00\""), "no-proof");
    add("argument-r-stray-bits.disclosure", hash(sql, "r", DisclosureVectors::stray), "no-proof");
    add("argument-r-short.disclosure", hash(sql, "r", it -> it.substring(1)), "no-proof");
    add("argument-path-blank-behind.disclosure", hash(sql, "path", it -> it + " "), "no-proof");
    String long64 = (between(sql, "\"path\":\"", " ") + " ").repeat(64).strip();
    add("argument-path-too-long.disclosure", hash(sql, "path", it -> long64), "no-proof");
  }

  /** Somebody wants another value believed. */
  private void value(String sql, String later) {
    add("value-changed.disclosure", told(sql, SQL.replace("9", "99")), "value");
    add("value-blank-behind.disclosure", told(sql, SQL + " "), "value");
    add(
        "value-missing.disclosure",
        sql.replaceFirst(",\"text\":\"([^\"\\\\]|\\\\.)*\"", ""),
        "no-value");
    add("value-empty.disclosure", told(sql, ""), "value");
    add("value-r-flipped.disclosure", hash(sql, "r", DisclosureVectors::flipped), "value");
    add("value-of-another-argument.disclosure", told(sql, "10"), "value");
    String forged = told(sql, "99");
    forged = hash(forged, "r", it -> between(later, "\"r\":\"", "\""));
    forged = hash(forged, "commitment", it -> between(later, "\"commitment\":\"", "\""));
    add("value-with-its-own-commitment.disclosure", forged, "argument");
  }

  /** Somebody wants it believed of another argument. */
  private void place(String sql, String limit) {
    add("argument-name.disclosure", sql.replace("\"sql\"", "\"sqI\""), "argument");
    add("argument-name-of-another.disclosure", sql.replace("\"sql\"", "\"limit\""), "argument");
    add("argument-name-longer.disclosure", sql.replace("\"sql\"", "\"sql \""), "argument");
    add("argument-index.disclosure", sql.replace("\"index\":\"0\"", "\"index\":\"1\""), "argument");
    add(
        "argument-index-behind.disclosure",
        sql.replace("\"index\":\"0\"", "\"index\":\"3\""),
        "argument");
    add("argument-size.disclosure", sql.replace("\"size\":\"3\"", "\"size\":\"2\""), "argument");
    add(
        "argument-size-none.disclosure",
        sql.replace("\"size\":\"3\"", "\"size\":\"0\""),
        "argument");
    add(
        "argument-commitment.disclosure",
        hash(sql, "commitment", DisclosureVectors::flipped),
        "argument");
    add("argument-path.disclosure", hash(sql, "path", DisclosureVectors::flipped), "argument");
    add("argument-path-missing.disclosure", hash(sql, "path", it -> ""), "argument");
    add(
        "argument-path-shorter.disclosure",
        hash(sql, "path", it -> it.split(" ", -1)[0]),
        "argument");
    add(
        "argument-path-turned.disclosure",
        hash(sql, "path", it -> it.split(" ", -1)[1] + " " + it.split(" ", -1)[0]),
        "argument");
    add(
        "argument-path-longer.disclosure",
        hash(sql, "path", it -> it + " " + it.split(" ", -1)[1]),
        "argument");
    // A node of the tree, given out as an argument: leaves and nodes are hashed apart.
    String node = hash(limit, "path", it -> it.split(" ", -1)[1]);
    node = hash(node, "commitment", it -> between(limit, "\"path\":\"", " "));
    add("argument-node-for-a-leaf.disclosure", node, "argument");
    // Nobody committed to how many arguments there were: it is one of them all the same.
    add(
        "argument-size-of-four-sound.disclosure",
        sql.replace("\"size\":\"3\"", "\"size\":\"4\""),
        "sound");
  }

  /** Somebody wants it believed of another call, or of a log that is not this one. */
  private void record(String sql, String later, InclusionProof outcome) {
    int end = sql.indexOf('\n') + 1;
    String argument = sql.substring(0, end);
    String proof = sql.substring(end);
    add("call-of-another.disclosure", argument + later.substring(later.indexOf('\n') + 1), "call");
    add("call-without-arguments.disclosure", argument + outcome.print(), "call");
    add("call-root-flipped.disclosure", hash(sql, "root", DisclosureVectors::flipped), "call");
    String root = between(later, "\"root\":\"", "\"");
    add("call-root-of-another.disclosure", hash(sql, "root", it -> root), "call");
    InclusionProof parsed = InclusionProof.parse(proof.getBytes(UTF_8)).orElseThrow();
    String own = between(sql, "\"root\":\"", "\"");
    String forged = parsed.line().replace("query", "admin");
    add("record-value-changed.disclosure", argument + extra(parsed, forged), "path");
    forged = parsed.line().replace(own, root);
    add(
        "record-root-changed.disclosure",
        hash(argument, "root", it -> root) + extra(parsed, forged),
        "path");
    forged = parsed.line().replaceFirst("\"log\":\"..", "\"log\":\"--");
    add("record-of-another-log.disclosure", argument + extra(parsed, forged), "record");
    add(
        "record-index.disclosure",
        sql.replace("index " + parsed.n(), "index " + (parsed.n() + 1)),
        "record");
    String path = InclusionProof.base64(parsed.path().getFirst());
    add("record-path-missing.disclosure", sql.replace(path + "\n", ""), "path");
    int signature = sql.indexOf("— ") + 100;
    char other = sql.charAt(signature) == 'A' ? 'B' : 'A';
    add(
        "record-signature.disclosure",
        sql.substring(0, signature) + other + sql.substring(signature + 1),
        "signature");
  }

  private void add(String name, String text, String verdict) {
    if (files.containsValue(text)) {
      throw new AssertionError(name + " changes nothing");
    }
    files.put(name, text);
    verdicts.put(name, verdict);
  }

  private void with(String name, String value, String text, String verdict) {
    files.put(value, text);
    verdicts.put(name + " " + value, verdict);
  }

  private static InclusionProof proof(Path log, long n) throws IOException {
    Prover prover = Prover.of(log);
    return prover.inclusion(n, prover.newest());
  }

  static String disclosed(Path log, long n, String name) throws IOException {
    AuditRecord record = AuditRecord.parse(LogLines.of(log).line(n)).orElseThrow();
    try (Openings openings = new Openings(log)) {
      Opening opening = openings.find(record.get(Field.ARGUMENTS).orElseThrow()).orElseThrow();
      return opening.disclose(name).orElseThrow() + "\n" + proof(log, n).print();
    }
  }

  private static String extra(InclusionProof proof, String line) {
    return new InclusionProof(proof.n(), line, proof.keys(), proof.path(), proof.checkpoint())
        .print();
  }

  private static String before(String text, String place, String word) {
    return text.replace(place, word + place);
  }

  private static String told(String text, String value) {
    String without = text.replaceFirst(",\"text\":\"([^\"\\\\]|\\\\.)*\"", "");
    return before(without, ",\"path\"", ",\"text\":" + quoted(value));
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String hash(String text, String key, UnaryOperator<String> change) {
    String start = "\"" + key + "\":\"";
    String before = between(text, start, "\"");
    return text.replace(start + before + "\"", start + change.apply(before) + "\"");
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }

  /** Another hash. */
  private static String flipped(String base64) {
    return (base64.charAt(0) == 'A' ? 'B' : 'A') + base64.substring(1);
  }

  /** The same hash with bits that no byte has. */
  private static String stray(String base64) {
    byte[] bytes = Base64.getUrlDecoder().decode(base64);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    int last = text.length() - 1;
    return text.substring(0, last) + (char) (text.charAt(last) + 1);
  }

  /** What a vector is. */
  static String verdict(byte[] bytes, Optional<byte[]> value) {
    Optional<Disclosure> read = Disclosure.parse(bytes);
    if (read.isEmpty()) {
      return "no-proof";
    }
    Optional<String> fault =
        read.get()
            .proof()
            .fault()
            .map(Enum::name)
            .or(() -> read.get().fault().map(Enum::name))
            .map(name -> name.toLowerCase(Locale.ROOT));
    DisclosedArgument argument = read.get().argument();
    if (fault.isPresent()) {
      return fault.get();
    }
    if (value.isEmpty()) {
      return argument.text().isPresent() ? "sound" : "no-value";
    }
    return argument.sentOf(value.get()).isPresent() ? "sound" : "value";
  }
}
