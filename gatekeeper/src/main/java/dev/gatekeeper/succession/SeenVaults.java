package dev.gatekeeper.succession;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.Skim;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The vaults that the log has seen written: for each, the highest generation and its files. It goes
 * on reading where it stopped. Thread-safe.
 *
 * <p>Only what is recorded as written counts: a change is recorded before it is made, too, and a
 * process that is killed between the two leaves the file of before, which is no rollback. The
 * highest generation counts, not the last record, and a file counts by the generation that it has
 * itself: who can append to the log, as any process of the user can, makes no older file the
 * present one by it. Of a vault's trust keys the first counts, so neither does one that is signed
 * by a key of theirs become it. Of several vaults the one counts that was made, or written on,
 * last.
 */
public final class SeenVaults {
  /** What {@link Field#OUTCOME} says once the file is in its place. */
  public static final String WRITTEN = "written";

  private static final String SOURCE = "vault";

  /** No vault is written that often: a record that says so is forged, to stop all that follow. */
  private static final long MOST = 1_000_000_000_000L;

  private final Path log;
  private final AuditReader reader;
  private final Map<String, Latest> latest = new HashMap<>();

  /** Id of the vault whose highest generation was recorded last. */
  private String last = "";

  /**
   * One vault.
   *
   * @param trustKey of its first record: it never changes
   * @param digests of the files of the highest generation: two where copies were written apart
   */
  private record Latest(String trustKey, long generation, Set<String> digests) {}

  /**
   * @param log the directory of the audit
   */
  public SeenVaults(Path log) {
    this.log = log;
    this.reader = new AuditReader(log, Skim.of(Field.EVENT, Event.VAULT_CHANGE.text()));
  }

  /** What {@link Field#SOURCE} of a record says of a vault: its id and its trust key. */
  public static String source(Header header) {
    return SOURCE + ":" + header.id() + ":" + header.trustPublicKey();
  }

  /**
   * Compares a vault with all that the log has seen until now.
   *
   * @throws CannotJudge where there is a log that cannot be read
   * @throws VaultException where the file is no sound vault
   */
  public Succession judge(VaultFile file) throws CannotJudge, VaultException {
    return judge(file, present -> {});
  }

  /**
   * The same, for whoever needs the very header that was judged: the file may be another one by the
   * time it is read again.
   *
   * @param present told the header where the log has seen this vault, and none that is later
   */
  public synchronized Succession judge(VaultFile file, Consumer<Header> present)
      throws CannotJudge, VaultException {
    readOn(); // first: what is written meanwhile is later than what was seen
    VaultFile.Claim claim = file.claim();
    Succession succession = judge(claim);
    if (succession instanceof Succession.Current || succession instanceof Succession.Later) {
      present.accept(claim.header());
    }
    return succession;
  }

  private Succession judge(VaultFile.Claim claim) {
    Header header = claim.header();
    Latest seen = latest.get(header.id());
    if (seen == null) {
      return latest.isEmpty() ? new Succession.NotSeen() : new Succession.Replaced();
    }
    if (!seen.trustKey.equals(header.trustPublicKey()) || !last.equals(header.id())) {
      return new Succession.Replaced();
    }
    if (header.generation() != seen.generation) {
      return header.generation() > seen.generation
          ? new Succession.Later()
          : new Succession.RolledBack(header.generation(), seen.generation);
    }
    if (seen.digests.contains(claim.digest())) {
      return new Succession.Current();
    }
    return header.parents().stream().anyMatch(seen.digests::contains)
        ? new Succession.Later()
        : new Succession.RolledBack(header.generation(), seen.generation);
  }

  /** The highest generation of a vault that was seen; 0 where none was. */
  public synchronized long highest(String vaultId) throws CannotJudge {
    readOn();
    return Optional.ofNullable(latest.get(vaultId)).map(Latest::generation).orElse(0L);
  }

  /** Reads what there is of the log, so that the next judgement has only what came since. */
  public synchronized void readAhead() throws CannotJudge {
    readOn();
  }

  private void readOn() throws CannotJudge {
    if (Files.isDirectory(log.resolve("log")) && !reader.segments().isEmpty()) {
      reader.read(
          one -> {
            see(one);
            return true;
          });
    }
  }

  private void see(AuditRecord one) {
    String[] source = one.get(Field.SOURCE).orElse("").split(":", -1);
    String digest = one.get(Field.DIGEST).orElse("");
    long generation = generation(one.get(Field.GENERATION).orElse(""));
    if (one.event() != Event.VAULT_CHANGE
        || one.get(Field.OUTCOME).filter(WRITTEN::equals).isEmpty()
        || source.length != 3
        || !source[0].equals(SOURCE)
        || !digest.startsWith("sha256:")
        || generation < 1) {
      return;
    }
    Latest known =
        latest.computeIfAbsent(source[1], id -> new Latest(source[2], 0, new HashSet<>()));
    if (!known.trustKey.equals(source[2])) {
      return; // whoever wrote this had another key than the person
    }
    if (generation > known.generation) {
      known = new Latest(known.trustKey, generation, new HashSet<>());
      latest.put(source[1], known);
      last = source[1];
    }
    if (generation == known.generation) {
      known.digests.add(digest.substring("sha256:".length()));
    }
  }

  private static long generation(String text) {
    return text.matches("[1-9][0-9]{0,14}") && Long.parseLong(text) <= MOST
        ? Long.parseLong(text)
        : 0;
  }
}
