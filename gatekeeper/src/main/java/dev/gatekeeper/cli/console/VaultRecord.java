package dev.gatekeeper.cli.console;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.ChangeRecord;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.List;

/**
 * Records each change of the person's vault: durably before it is made, and once more when the file
 * is in its place, which is what later tells an older file from the present one.
 */
final class VaultRecord implements ChangeRecord {
  private final AuditLog log;
  private final SeenVaults seen;
  private final Header vault;
  private final Runnable written;

  /**
   * @param written what follows when the file is in its place
   */
  VaultRecord(AuditLog log, SeenVaults seen, Header vault, Runnable written) {
    this.log = log;
    this.seen = seen;
    this.vault = vault;
    this.written = written;
  }

  @Override
  public long highest() throws VaultException {
    try {
      return seen.highest(vault.id());
    } catch (CannotJudge e) {
      throw new VaultException("which vault is the present one cannot be judged: " + e.text());
    }
  }

  @Override
  public void before(Change change) throws VaultException {
    Entry entry = entry(change).with(Field.REASON, change.what());
    List<Entry> entries = new ArrayList<>();
    if (change.names().isEmpty()) {
      entries.add(entry);
    }
    change.names().forEach(name -> entries.add(entry.with(Field.SECRET, "secret:" + name)));
    try {
      for (Entry one : entries) {
        log.append(one);
      }
    } catch (AuditException e) {
      throw new VaultException("no change without a record: " + e.fault().text());
    }
  }

  @Override
  public void after(Change change) {
    try {
      log.append(entry(change).with(Field.OUTCOME, SeenVaults.WRITTEN));
    } catch (AuditException e) {
      // The change is made, and recorded as begun. The next one is recorded above it.
    }
    written.run();
  }

  private Entry entry(Change change) {
    return Entry.of(Event.VAULT_CHANGE)
        .with(Field.SOURCE, SeenVaults.source(vault))
        .with(Field.GENERATION, change.generation())
        .with(Field.DIGEST, "sha256:" + change.digest())
        .with(Field.APPROVER, "passphrase");
  }
}
