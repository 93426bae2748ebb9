package dev.gatekeeper.audit.proof;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the vectors of proofs anew, in the directory that is named: texts with one fault each, and
 * {@code index.txt} with what each of them is.
 */
public final class ProofVectors {
  private final Map<String, String> texts = new TreeMap<>();
  private final Map<String, String> verdicts = new TreeMap<>();

  private ProofVectors() {}

  public static void main(String[] args) throws Exception {
    new ProofVectors().write(Path.of(args[0]));
  }

  private void write(Path directory) throws Exception {
    Path log = SampleLog.closed(Files.createTempDirectory("vectors").resolve("audit"), 20);
    SignedCheckpoint older = Prover.of(log).newest();
    texts.put("older.checkpoint", older.note());
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      SampleLog.append(open, 30);
    }
    Prover prover = Prover.of(log);
    inclusion(prover.inclusion(13, prover.newest()), prover.inclusion(14, prover.newest()));
    growth(prover.growth(older, prover.newest()).print());
    Files.createDirectories(directory);
    for (Map.Entry<String, String> one : texts.entrySet()) {
      Files.writeString(directory.resolve(one.getKey()), one.getValue());
    }
    StringBuilder index =
        new StringBuilder(
            "# Proofs, and what they are: sound, no-proof, record, path, signature\n");
    verdicts.forEach(
        (name, verdict) -> index.append(name).append(' ').append(verdict).append('\n'));
    Files.writeString(directory.resolve("index.txt"), index);
  }

  private void inclusion(InclusionProof proof, InclusionProof other) {
    String text = proof.print();
    String path = InclusionProof.base64(proof.path().getFirst());
    add("record-sound.proof", text, "sound");
    add("record-header.proof", text.replace("@v1", "@v2"), "no-proof");
    add("record-carriage-return.proof", text.replaceFirst("\n", "\r\n"), "no-proof");
    add("record-index-with-zero.proof", text.replace("index 13", "index 013"), "no-proof");
    add("record-byte-behind.proof", text + "\n", "no-proof");
    add("record-cut.proof", text.substring(0, text.length() - 1), "no-proof");
    add("record-stray-bits.proof", text.replace(path, stray(path)), "no-proof");
    add("record-third-line-of-extra.proof", extra(proof, extra(proof) + "x\n"), "no-proof");
    add("record-index-of-another.proof", text.replace("index 13", "index 14"), "record");
    add("record-number-of-another.proof", extra(proof, extra(other)), "record");
    String line = extra(proof).replace("create_issue", "create_lssue").replace("\"ok\"", "\"no\"");
    add("record-value-changed.proof", extra(proof, line), "path");
    add(
        "record-unknown-field.proof",
        extra(proof, extra(proof).replace("{", "{\"x\":\"\",")),
        "record");
    add("record-hash-flipped.proof", text.replace(path, flipped(path)), "path");
    add("record-hash-missing.proof", text.replace(path + "\n", ""), "path");
    add("record-hash-twice.proof", text.replace(path, path + "\n" + path), "path");
    String root = text.split("\n\n", -1)[1].split("\n", -1)[2];
    add("record-root.proof", text.replace(root, flipped(root)), "path");
    String[] signatures = text.substring(text.indexOf("— ")).split("\n", -1);
    add("record-epoch-signature.proof", signature(text, signatures[0]), "signature");
    add("record-identity-signature.proof", signature(text, signatures[1]), "signature");
    InclusionProof.Keys keys = proof.keys();
    String swapped = keys.epoch() + " " + keys.identity() + "\n";
    add("record-keys-swapped.proof", extra(proof, proof.line() + "\n" + swapped), "signature");
  }

  private void growth(String text) {
    String[] lines = text.split("\n", -1);
    add("growth-sound.proof", text, "sound");
    add("growth-size-of-another.proof", text.replace("old 20", "old 19"), "path");
    add("growth-from-nothing.proof", text.replace("old 20", "old 0"), "no-proof");
    add("growth-hash-flipped.proof", text.replace(lines[1], flipped(lines[1])), "path");
    add("growth-hash-missing.proof", text.replace(lines[1] + "\n", ""), "path");
    add("growth-hash-twice.proof", text.replace(lines[1], lines[1] + "\n" + lines[1]), "path");
    String root = text.split("\n\n", -1)[1].split("\n", -1)[2];
    add("growth-root.proof", text.replace(root, flipped(root)), "path");
    add("growth-byte-behind.proof", text + "\n", "no-proof");
    add("growth-carriage-return.proof", text.replaceFirst("\n", "\r\n"), "no-proof");
  }

  private void add(String name, String text, String verdict) {
    if (texts.containsValue(text)) {
      throw new AssertionError(name + " changes nothing");
    }
    texts.put(name, text);
    verdicts.put(name, verdict);
  }

  private static String extra(InclusionProof proof) {
    return proof.line() + "\n" + proof.keys().identity() + " " + proof.keys().epoch() + "\n";
  }

  private static String extra(InclusionProof proof, String extra) {
    return proof.print().replaceFirst("extra \\S+", "extra " + base64(extra));
  }

  private static String base64(String text) {
    return InclusionProof.base64(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Another hash. */
  private static String flipped(String base64) {
    return (base64.charAt(0) == 'A' ? 'B' : 'A') + base64.substring(1);
  }

  /** The same hash with bits that no byte has. */
  private static String stray(String base64) {
    int last = base64.length() - 2;
    return base64.substring(0, last) + (char) (base64.charAt(last) + 1) + "=";
  }

  private static String signature(String text, String line) {
    int last = line.length() - 10;
    char other = line.charAt(last) == 'A' ? 'B' : 'A';
    return text.replace(line, line.substring(0, last) + other + line.substring(last + 1));
  }

  /** What a vector is. */
  static String verdict(Path file, SignedCheckpoint older) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (file.getFileName().toString().startsWith("growth")) {
      return GrowthProof.parse(bytes)
          .map(proof -> proof.holdsSince(older) ? "sound" : "path")
          .orElse("no-proof");
    }
    return InclusionProof.parse(bytes)
        .map(
            proof ->
                proof.fault().map(fault -> fault.name().toLowerCase(Locale.ROOT)).orElse("sound"))
        .orElse("no-proof");
  }
}
