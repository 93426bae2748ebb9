package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.Skim;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.trust.auditor.Auditor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The auditors by what the records of a log say of them: of each name the last word. Whoever begins
 * the trust store anew removes nobody by it, so those whom it lost are told. As good as the log:
 * {@code audit verify} judges that.
 */
final class RecordedAuditors {
  /** As {@link #text} writes it; what a longer reason says follows a semicolon. */
  private static final Pattern TEXT =
      Pattern.compile(
          "auditor ([a-z0-9][a-z0-9._-]{0,31}) (added|removed): ([0-9a-f]{4}(?: [0-9a-f]{4}){4})"
              + "(?:;.*)?");

  private final Map<String, Said> last = new TreeMap<>();
  private final boolean whole;

  private record Said(boolean added, String fingerprint) {}

  /**
   * Reads all that there is of a log.
   *
   * @throws CannotJudge where there is one that cannot be read
   */
  RecordedAuditors(Path log) throws CannotJudge {
    AuditReader reader = new AuditReader(log, Skim.of(Field.EVENT, Event.TRUST.text()));
    boolean any = Files.isDirectory(log.resolve("log")) && !reader.segments().isEmpty();
    if (any) {
      reader.pass(
          one -> {
            see(one);
            return true;
          });
    }
    this.whole = !any || reader.start() == 0;
  }

  private void see(AuditRecord one) {
    if (one.event() == Event.TRUST && one.has(Field.APPROVER) && !one.has(Field.OUTCOME)) {
      Matcher text = TEXT.matcher(one.get(Field.REASON).orElse(""));
      if (text.matches()) {
        last.put(text.group(1), new Said(text.group(2).equals("added"), text.group(3)));
      }
    }
  }

  /** What a record says of a change. */
  static String text(String change, String name, String fingerprint) {
    return "auditor " + name + " " + change + ": " + fingerprint;
  }

  /** The fingerprint of somebody who was added and not removed. */
  Optional<String> fingerprint(String name) {
    return Optional.ofNullable(last.get(name)).filter(Said::added).map(Said::fingerprint);
  }

  /**
   * How those of the trust store differ, a clause for each difference. Of whom nothing is said
   * where the beginning of the log was pruned, the record may have been there.
   */
  List<String> differences(List<Auditor> kept) {
    Map<String, String> inStore = new TreeMap<>();
    kept.forEach(one -> inStore.put(one.name(), Shown.fingerprint(one)));
    List<String> differences = new ArrayList<>();
    last.forEach(
        (name, said) -> {
          if (said.added && !said.fingerprint.equals(inStore.get(name))) {
            differences.add(name + " (" + said.fingerprint + ") was added and not removed");
          }
        });
    inStore.forEach(
        (name, fingerprint) -> {
          Said said = last.get(name);
          if (said == null ? whole : !said.equals(new Said(true, fingerprint))) {
            differences.add(name + " (" + fingerprint + ") was not added, or was removed");
          }
        });
    return differences;
  }
}
