package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One person has a log, another one checks it with a key of their own. */
@Timeout(120)
final class AuditAuditorTest {
  @TempDir Path folder;
  private Path passphrase;
  private Path bundle;

  @BeforeEach
  void people() throws Exception {
    folder = folder.toRealPath();
    bundle = folder.resolve("bundle.tar.gz");
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, VaultFixture.PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    for (String name : List.of("owner", "carol", "stranger")) {
      Files.createDirectory(
          folder.resolve(name),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      VaultFixture.create(folder.resolve(name).resolve("vault")).close();
    }
  }

  private CommandRun as(String name) {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", folder.resolve(name).toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }

  private CommandRun done(String name, String... line) {
    CommandRun run = as(name).run(line);
    assertThat(run.err()).as(String.join(" ", line)).isEmpty();
    assertThat(run.exit()).isZero();
    return run;
  }

  private String identity(String name) {
    return done(name, "vault", "identity").out().lines().findFirst().orElseThrow();
  }

  private void call(int records) throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("owner").toString()));
    try (AuditLog log =
        AuditLog.open(
            home.resolve("audit"),
            SampleLog.options()
                .clock(Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC))
                .recipients(new Auditors(home)::recipients))) {
      SampleLog.append(log, records);
    }
  }

  private CommandRun checks(String name, String... more) throws Exception {
    Files.deleteIfExists(bundle);
    done("owner", "audit", "bundle", "--output", bundle.toString());
    CommandRun run = as(name);
    return more.length == 0
        ? run.run("audit", "verify", "--key", bundle.toString())
        : run.run("audit", "verify", "--key", more[0], bundle.toString());
  }

  @Test
  void anAuditorChecksWhatWasWrittenSinceThen() throws Exception {
    call(10);
    String carol = identity("carol");
    CommandRun added = done("owner", "audit", "auditor", "add", "carol", carol);
    String fingerprint = as("carol").run("vault", "identity").out().lines().toList().get(1);
    assertThat(added.out())
        .contains("Added carol: " + fingerprint.replace("fingerprint: ", ""))
        .contains("by voice");
    call(10);
    CommandRun theirs = checks("carol");
    assertThat(theirs.exit()).as(theirs.err()).isZero();
    assertThat(theirs.out()).containsPattern("macs +1[0-9] hold \\(n 1[0-9] to 2[0-9], epoch 1\\)");
    assertThat(theirs.out()).containsPattern(", 1[0-9] not checked: their key was not sealed");
    assertThat(checks("carol", "--json").out())
        .containsPattern("\"stretches\":\\[\\{\"from\":1[0-9],\"to\":2[0-9],\"firstEpoch\":1,");
    CommandRun own = done("owner", "audit", "verify", "--key");
    assertThat(own.out()).containsPattern("macs +2[0-9] hold\n");
    CommandRun none = checks("stranger");
    assertThat(none.exit()).isEqualTo(3);
    assertThat(none.err()).contains("no MAC was checked");
    Files.delete(folder.resolve("stranger/vault"));
    CommandRun without = checks("stranger");
    assertThat(without.exit()).isEqualTo(3);
    assertThat(without.err()).contains("vault init");

    assertThat(done("owner", "audit", "auditor", "remove", "carol").out()).contains("not theirs");
    call(5);
    CommandRun after = checks("carol");
    assertThat(after.exit()).as(after.err()).isZero();
    assertThat(after.out()).contains(", epoch 1)");
    assertThat(done("owner", "audit", "verify", "--key").out())
        .containsPattern("macs +[0-9]+ hold\n");
  }

  /** Who is no auditor any more has the key of the epoch until another one begins. */
  @Test
  void whereNoEpochCanBeginThatIsSaid() throws Exception {
    call(10);
    done("owner", "audit", "auditor", "add", "carol", identity("carol"));
    Path closed = folder.resolve("owner/audit/checkpoints/epochs");
    Files.move(closed, folder.resolve("epochs"));
    Files.createDirectory(closed);
    CommandRun removed = as("owner").run("audit", "auditor", "remove", "carol");
    assertThat(removed.out()).isEqualTo("Removed carol.\n");
    assertThat(removed.err())
        .contains("the log could not begin an epoch: ")
        .contains("; until it does, what is written is theirs, too")
        .contains("gatekeeper audit checkpoint");
    assertThat(removed.exit()).isEqualTo(3);
    Files.delete(closed);
    Files.move(folder.resolve("epochs"), closed);
    done("owner", "audit", "checkpoint");
    call(4);
    assertThat(checks("carol").out()).contains("epoch 1), 20 not checked");
  }

  @Test
  void whoTheyAreIsListedAndRecorded() throws Exception {
    String carol = identity("carol");
    done("owner", "audit", "auditor", "add", "carol", carol);
    String fingerprint =
        as("carol").run("vault", "identity").out().lines().toList().get(1).substring(13);
    assertThat(done("owner", "audit", "auditor", "list").out())
        .contains("carol")
        .contains(fingerprint)
        .contains("since 2026-01-02T03:04:05Z");
    assertThat(done("owner", "audit", "auditor", "list", "--json").out()).contains(carol);
    assertThat(done("owner", "audit", "show", "--json").out())
        .contains("\"reason\":\"auditor carol added: " + fingerprint + "\"");
  }

  @Test
  void whatCannotBeIsRefusedAndNotRecorded() throws Exception {
    String carol = identity("carol");
    String own = identity("owner");
    done("owner", "audit", "auditor", "add", "carol", carol);
    String before = done("owner", "audit", "show").out();
    refused(1, "has that name", "add", "dave", carol);
    refused(1, "your own key", "add", "me", own);
    refused(2, "the name of an auditor", "add", "vault", identity("stranger"));
    refused(3, "no public identity", "add", "dave", "gk1-AAAA");
    refused(1, "there is no auditor", "remove", "dave");
    assertThat(done("owner", "audit", "show").out()).isEqualTo(before);
  }

  /** What opens the vault without a person has the identity's half, and is to open no MAC key. */
  @Test
  void aWordWithOneHalfOfOnesOwnIsRefused() throws Exception {
    PublicIdentity own = PublicIdentity.parse(identity("owner"));
    PublicIdentity other = PublicIdentity.parse(identity("stranger"));
    refused(
        1, "your own key", "add", "me", new PublicIdentity(own.sealKey(), other.signKey()).text());
    refused(
        1, "your own key", "add", "me", new PublicIdentity(other.sealKey(), own.signKey()).text());
  }

  @Test
  void anIdentityThatComesLaterAndIsAnAuditorsIsWarnedOf() throws Exception {
    Path vault = folder.resolve("owner/vault");
    byte[] without = Files.readAllBytes(vault);
    PublicIdentity later = PublicIdentity.parse(identity("owner"));
    byte[] with = Files.readAllBytes(vault);
    Files.move(folder.resolve("owner/audit"), folder.resolve("audit"));
    Files.write(vault, without);
    String signKey = PublicIdentity.parse(identity("stranger")).signKey();
    done(
        "owner",
        "audit",
        "auditor",
        "add",
        "me",
        new PublicIdentity(later.sealKey(), signKey).text());
    Files.move(folder.resolve("owner/audit"), folder.resolve("audit-of-the-other"));
    Files.write(vault, with);
    Files.move(folder.resolve("audit"), folder.resolve("owner/audit"));
    CommandRun again = as("owner").run("vault", "identity");
    assertThat(again.err()).contains("the auditor me has a key of your own");
    assertThat(again.exit()).isZero();
    CommandRun gone = as("owner").run("audit", "auditor", "remove", "me");
    assertThat(gone.exit()).as(gone.err()).isZero();
    assertThat(done("owner", "vault", "identity").out()).contains(later.text());
  }

  private void refused(int exit, String why, String... line) {
    String[] all = new String[line.length + 2];
    all[0] = "audit";
    all[1] = "auditor";
    System.arraycopy(line, 0, all, 2, line.length);
    CommandRun run = as("owner").run(all);
    assertThat(run.err()).contains(why);
    assertThat(run.exit()).isEqualTo(exit);
  }

  @Test
  void anAgentsShellMakesNobodyAnAuditor() throws Exception {
    String carol = identity("carol");
    CommandRun agent =
        as("owner").with("CLAUDECODE", "1").run("audit", "auditor", "add", "carol", carol);
    assertThat(agent.exit()).isEqualTo(1);
    assertThat(agent.err()).contains("is for a person");
    CommandRun without =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", folder.resolve("owner").toString())
            .run("audit", "auditor", "add", "carol", carol);
    assertThat(without.exit()).isNotZero();
    assertThat(folder.resolve("owner/trust.json")).doesNotExist();
  }

  /** Whoever breaks the store has no list in force; who trusts one anew is told what is gone. */
  @Test
  void trustingAListAnewSaysThatAuditorsAreGone() throws Exception {
    Files.createDirectories(folder.resolve(".gatekeeper"));
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.json"), "{\"version\": 1, \"mcpServers\": {}}");
    done("owner", "audit", "auditor", "add", "carol", identity("carol"));
    done("owner", "allowlist", "trust", "--yes");
    assertThat(done("owner", "audit", "auditor", "list").out()).startsWith("carol ");
    Files.delete(folder.resolve("owner/trust.json"));
    CommandRun again = as("owner").run("allowlist", "trust", "--yes");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.err()).contains("the trust store is gone").contains("auditors of the log");
    assertThat(done("owner", "audit", "show", "--event", "trust", "--json").out())
        .containsOnlyOnce("the store is begun anew: the trust store is gone");
    CommandRun list = as("owner").run("audit", "auditor", "list");
    assertThat(list.out()).isEmpty();
    assertThat(list.exit()).isEqualTo(1);
    assertThat(list.err())
        .containsPattern("by the log carol \\([0-9a-f ]{24}\\) was added and not");
    done("owner", "audit", "auditor", "remove", "carol");
    assertThat(done("owner", "audit", "auditor", "list").out()).isEmpty();
    refused(1, "there is no auditor", "remove", "carol");
  }

  /** Who deletes the store while a person types has it begun anew by that person. */
  @Test
  void aStoreThatIsTakenAwayWhileAPersonIsAskedIsNotBegunAnew() throws Exception {
    Files.createDirectories(folder.resolve(".gatekeeper"));
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.json"), "{\"version\": 1, \"mcpServers\": {}}");
    done("owner", "audit", "auditor", "add", "carol", identity("carol"));
    Path store = folder.resolve("owner/trust.json");
    byte[] kept = Files.readAllBytes(store);
    String[][] changes = {
      {"allowlist", "trust", "--yes"}, {"audit", "auditor", "add", "zoe", identity("stranger")}
    };
    for (String[] change : changes) {
      CommandRun run =
          as("owner").whileAsked(() -> assertThat(store.toFile().delete()).isTrue()).run(change);
      assertThat(run.exit()).as(run.err()).isEqualTo(1);
      assertThat(run.err()).contains("the trust store was changed while you were asked");
      assertThat(store).doesNotExist();
      Files.write(store, kept);
      Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-------"));
      assertThat(done("owner", "audit", "auditor", "list").out()).startsWith("carol ");
    }
    assertThat(done("owner", "audit", "show", "--event", "trust").out()).hasLineCount(1);
  }

  /** The store of a moment before, or of another log: signed, and not what was done last. */
  @Test
  void othersThanTheLogTellsOfAreSaid() throws Exception {
    done("owner", "audit", "auditor", "add", "carol", identity("carol"));
    done("owner", "audit", "auditor", "add", "zoe", identity("stranger"));
    assertThat(done("owner", "audit", "auditor", "list").out()).contains("carol", "zoe");
    said("auditor carol removed: " + fingerprint("carol"));
    refused(1, "by the log carol (" + fingerprint("carol") + ") was not added, or was", "list");
    said("auditor carol added: " + fingerprint("stranger") + "; the store is begun anew: gone");
    CommandRun other = as("owner").run("audit", "auditor", "list");
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err())
        .contains("by the log carol (" + fingerprint("stranger") + ") was added and not removed")
        .contains(", carol (" + fingerprint("carol") + ") was not added, or was removed")
        .doesNotContain("zoe");
    said("auditor carol added: " + fingerprint("carol"));
    done("owner", "audit", "auditor", "list");
    Files.move(folder.resolve("owner/audit"), folder.resolve("away"));
    refused(1, "zoe (" + fingerprint("stranger") + ") was not added", "list");
  }

  private String fingerprint(String name) {
    return done(name, "vault", "identity").out().lines().toList().get(1).substring(13);
  }

  private void said(String reason) throws Exception {
    try (AuditLog log = AuditLog.open(folder.resolve("owner/audit"), SampleLog.options())) {
      log.append(
          Entry.of(Event.TRUST).with(Field.REASON, reason).with(Field.APPROVER, "passphrase"));
    }
  }

  /** As another verifier does, which knows of no label what key it belongs to. */
  @Test
  void whatIsSealedToTheOwnerUnderAnotherLabelIsOpened() throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("owner").toString()));
    byte[] own = VaultFile.in(home).header().auditPublicKey();
    try (AuditLog log =
        AuditLog.open(
            home.resolve("audit"), SampleLog.options().recipients(() -> Map.of("zoe", own)))) {
      SampleLog.append(log, 9);
    }
    assertThat(done("owner", "audit", "verify", "--key").out()).containsPattern("macs +10 hold");
  }

  @Test
  void aBrokenStoreIsSaidAndNotTakenForNoAuditors() throws Exception {
    done("owner", "audit", "auditor", "add", "carol", identity("carol"));
    Path store = folder.resolve("owner/trust.json");
    Files.writeString(store, Files.readString(store).replace("carol", "karol"));
    CommandRun list = as("owner").run("audit", "auditor", "list");
    assertThat(list.exit()).isEqualTo(3);
    assertThat(list.err()).contains("the trust store was altered");
    CommandRun again = as("owner").run("audit", "auditor", "add", "stranger", identity("stranger"));
    assertThat(again.exit()).isZero();
    assertThat(again.err()).contains("auditors of the log added anew");
    assertThat(done("owner", "audit", "show", "--event", "trust", "--json").out())
        .containsOnlyOnce("; the store is begun anew: the trust store was altered");
    Files.delete(store);
    assertThat(as("owner").run("audit", "auditor", "list").err()).contains("is gone");
  }
}
