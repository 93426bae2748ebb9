package dev.gatekeeper.audit.proof;

import dev.gatekeeper.audit.reading.AuditRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One argument of a call for somebody without the log: a line that tells it, then the proof that
 * the record of the call is in the log.
 */
public record Disclosure(DisclosedArgument argument, InclusionProof proof) {
  /** Bytes of a disclosure: 65,536 characters of a value with their escapes, and a proof. */
  public static final int MAX_BYTES = 1 << 20;

  /** The one text of this disclosure. */
  public String print() {
    return argument.line() + "\n" + proof.print();
  }

  /** Reads a disclosure; nothing when any byte is out of place. */
  public static Optional<Disclosure> parse(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    int end = text.indexOf('\n');
    if (bytes.length > MAX_BYTES || end < 0) {
      return Optional.empty();
    }
    return DisclosedArgument.parse(text.substring(0, end))
        .flatMap(
            argument ->
                InclusionProof.parse(text.substring(end + 1).getBytes(StandardCharsets.UTF_8))
                    .map(proof -> new Disclosure(argument, proof)));
  }

  /**
   * What is wrong with the argument, when nothing is with the proof of its record ({@link
   * InclusionProof#fault}).
   */
  public Optional<DisclosedArgument.Fault> fault() {
    Optional<AuditRecord> record = proof.record();
    return record.isEmpty()
        ? Optional.of(DisclosedArgument.Fault.CALL)
        : argument.fault(record.get());
  }
}
