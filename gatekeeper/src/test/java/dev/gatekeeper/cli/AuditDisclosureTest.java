package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.report.source.Bundle;
import dev.gatekeeper.report.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One argument, from whoever has the log to somebody who has nothing of it. */
@Timeout(60)
final class AuditDisclosureTest {
  private static final String SQL = "\"SELECT 1\"";
  private static final String KEY = "\"made-up-key\"";

  @TempDir Path folder;
  private Path home;
  private Path log;
  private Path passphrase;
  private String n = "";

  @BeforeEach
  void aCall() throws Exception {
    home = folder.resolve("home");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    log = home.resolve("audit");
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    assertThat(owner("vault", "init").exit()).isZero();
    n = call(value("sql", SQL, SQL), value("key", KEY, "\"…\""));
  }

  @Test
  void somebodyWithoutAnythingOfOursChecksIt() throws Exception {
    String text = disclose("sql");
    CommandRun ran = verify(text, "--identity", identity());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .contains(
            "argument  \"sql\"\n", "value     " + SQL + "\n", "of        call.intent db query")
        .contains("is number " + n + " of ")
        .contains("sound: whoever holds the identity key says that the record, which commits to")
        .contains("nor that the call had no other argument of this name.")
        .doesNotContain("unpinned", "made-up");
    assertThat(verify(text).out()).contains("(unpinned)");
    assertThat(verify(text, "--identity", "A".repeat(43)).err())
        .contains("of a log of another identity");
    CommandRun piped =
        stranger().input(text.getBytes(UTF_8)).run("audit", "verify", "--proof", "-");
    assertThat(piped.out()).isEqualTo(verify(text).out());
  }

  @Test
  void scriptsAreToldTheSame() throws Exception {
    JsonNode told = JsonMapper.shared().readTree(verify(disclose("sql"), "--json").out());
    assertThat(told.get("sound").asBoolean()).isTrue();
    assertThat(told.get("argument").asString()).isEqualTo("sql");
    assertThat(told.get("value").asString()).isEqualTo(SQL);
    assertThat(told.get("compared").asBoolean()).isFalse();
    assertThat(told.get("n").asString()).isEqualTo(n);
  }

  @Test
  void allArgumentsAreOneObjectForAScript() throws Exception {
    JsonNode told = JsonMapper.shared().readTree(owner("audit", "open", n, "--json").out());
    assertThat(told.toString())
        .isEqualTo(
            "{\"n\":"
                + n
                + ",\"arguments\":[{\"name\":\"sql\",\"whole\":true,\"text\":\"\\\"SELECT 1\\\"\"},"
                + "{\"name\":\"key\",\"whole\":false,\"text\":\"\\\"…\\\"\"}],\"secrets\":[]}");
    assertThat(owner("audit", "open", n, "--json", "--argument", "sql").exit()).isEqualTo(2);
    JsonNode signed = JsonMapper.shared().readTree(owner("audit", "checkpoint", "--json").out());
    assertThat(signed.get("checkpoint").asString()).isEqualTo(owner("audit", "checkpoint").out());
  }

  @Test
  void underACheckpointThatWasKeptNoSignatureMatters() throws Exception {
    Path kept = Files.writeString(folder.resolve("kept"), owner("audit", "checkpoint").out());
    call(value("sql", SQL, SQL));
    CommandRun later = verify(disclose("sql"), "--checkpoint", kept.toString());
    assertThat(later.exit()).isEqualTo(3);
    String text = disclose("sql", "--checkpoint", kept.toString());
    assertThat(verify(text, "--checkpoint", kept.toString()).out())
        .contains(
            "commits to this value, was in the log when the checkpoint that you kept was made");
    assertThat(owner("audit", "open", n, "--checkpoint", kept.toString()).exit()).isEqualTo(2);
  }

  @Test
  void eachFaultIsToldPlainly() throws Exception {
    String text = disclose("sql");
    String other = disclose("sql", call(value("sql", "2", "2"), value("x", "3", "3")));
    int end = text.indexOf('\n') + 1;
    refused(text.replace("SELECT 1", "SELECT 2"), "had another value in this argument");
    refused(text.replace("\"name\":\"sql\"", "\"name\":\"key\""), "had no such argument");
    refused(text.substring(0, end) + other.substring(other.indexOf('\n') + 1), "of another call");
    refused(text.replace("index " + n, "index 0"), "it does not hold record 0 of the log");
    char r = text.charAt(text.indexOf("\"r\":\"") + 5);
    String salt = "\"r\":\"" + (r == 'A' ? 'B' : 'A');
    refused(text.replace("\"r\":\"" + r, salt), "or its r is another");
    CommandRun half = verify(text.substring(0, end));
    assertThat(half.exit()).isEqualTo(3);
    assertThat(half.err()).contains("is not a proof, or a damaged one");
  }

  private void refused(String text, String why) throws IOException {
    CommandRun ran = verify(text);
    assertThat(ran.err()).startsWith("gatekeeper: error: the proof does not hold: ").contains(why);
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void aMaskedValueIsComparedWithOneThatIsClaimed() throws Exception {
    CommandRun made = owner("audit", "open", n, "--argument", "key");
    assertThat(made.out()).doesNotContain("…").doesNotContain("made-up");
    assertThat(made.err()).contains("whoever gets this can tell whether a guess is right");
    CommandRun alone = verify(made.out());
    assertThat(alone.exit()).isEqualTo(3);
    assertThat(alone.err()).contains("and no value").contains("--value FILE");
    Path claimed = Files.writeString(folder.resolve("claimed"), KEY + "\n");
    CommandRun same = verify(made.out(), "--value", claimed.toString());
    assertThat(same.out()).contains("value     the 13 bytes of " + claimed).contains("sound: ");
    Files.writeString(claimed, "\"made-up\"");
    CommandRun other = verify(made.out(), "--value", claimed.toString());
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("another value in this argument than that of " + claimed);
  }

  @Test
  void standardInputIsOneOfThem() throws Exception {
    Path proof = Files.writeString(folder.resolve("proof"), owner("audit", "prove", "0").out());
    Path claimed = Files.writeString(folder.resolve("claimed"), SQL);
    assertThat(stranger().run("audit", "verify", "--proof", "-", "--value", "-").exit())
        .isEqualTo(2);
    assertThat(stranger().run("audit", "verify", "--value", claimed.toString()).exit())
        .isEqualTo(2);
    assertThat(verify(Files.readString(proof), "--value", claimed.toString()).err())
        .contains("--value is compared with a disclosure");
  }

  @Test
  void ofSeveralWithOneNameItSaysSo() throws Exception {
    String twice = call(value("sql", SQL, SQL), value("sql", "2", "2"));
    CommandRun made = owner("audit", "open", twice, "--argument", "sql");
    assertThat(made.err()).contains("several arguments of this name: this is the last one");
    assertThat(verify(made.out()).out()).contains("value     2\n");
  }

  @Test
  void textThatSteersATerminalIsSpelledOut() throws Exception {
    String hostile = "\"\u202e\u001b[2J\"";
    String text = disclose("a\u001bb", call(value("a\u001bb", hostile, hostile)));
    assertThat(verify(text).out())
        .contains("argument  \"a\\u001bb\"\n", "value     \"\\u202e\\u001b[2J\"\n");
  }

  @Test
  void whatLiesElsewhereIsOpenedByWhoeverHasIt() throws Exception {
    Path with = bundle("with.tar.gz", true);
    Path copy = SampleLog.copy(log, folder.resolve("copy"));
    String text = disclose("sql");
    for (Path elsewhere : List.of(with, copy)) {
      CommandRun opened = stranger().run("audit", "open", n, "--log", elsewhere.toString());
      assertThat(opened.out()).isEqualTo("sql: " + SQL + "\nkey: \"…\"  (masked or cut)\n");
      CommandRun disclosed =
          stranger().run("audit", "open", n, "--argument", "sql", "--log", elsewhere.toString());
      assertThat(disclosed.out()).isEqualTo(text);
    }
    Path without = bundle("without.tar.gz", false);
    CommandRun closed = stranger().run("audit", "open", n, "--log", without.toString());
    assertThat(closed.exit()).isEqualTo(1);
    assertThat(closed.err()).contains("cannot be opened any more").contains("--with-openings");
    assertThat(stranger().run("audit", "open", n, "--log", folder.toString()).exit()).isEqualTo(3);
  }

  /** Nor under another name. */
  @Test
  void whatLiesAtHomeAsksForThePersonWhoseItIs() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), log);
    for (Path name : List.of(log, link, home.resolve("../home/audit"))) {
      CommandRun ran =
          CommandRun.in(folder)
              .with("GATEKEEPER_HOME", home.toString())
              .with("CI", "true")
              .run("audit", "open", n, "--log", name.toString());
      assertThat(ran.exit()).isNotZero();
      assertThat(ran.out()).isEmpty();
      assertThat(owner("audit", "open", n, "--log", name.toString()).out()).startsWith("sql: ");
    }
  }

  @Test
  void aBundleWithWhatWasKeptAtHomeAsksForThePersonWhoseItIs() throws Exception {
    for (String name : List.of("b.tgz", "b")) {
      Path target = folder.resolve(name);
      String[] bundle = {"audit", "bundle", "--with-openings", "-o", target.toString()};
      CommandRun ran =
          CommandRun.in(folder)
              .with("GATEKEEPER_HOME", home.toString())
              .with("CI", "true")
              .run(bundle);
      assertThat(ran.exit()).isNotZero();
      assertThat(target).doesNotExist();
      assertThat(made(owner(bundle))).contains("wrote ");
      assertThat(stranger().run("audit", "open", n, "--log", target.toString()).out())
          .startsWith("sql: ");
    }
  }

  @Test
  void whatWasKeptIsComparedWithTheRecordBeforeItIsBelieved() throws Exception {
    String other = call(value("sql", "2", "2"));
    try (Stream<Path> files = Files.walk(log.resolve("openings"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String forged = Files.readString(file).replace("\"name\":\"sql\"", "\"name\":\"sq1\"");
        Files.writeString(file, forged);
      }
    }
    for (String number : List.of(n, other)) {
      CommandRun opened = owner("audit", "open", number);
      assertThat(opened.exit()).isEqualTo(1);
      assertThat(opened.out()).isEmpty();
      assertThat(opened.err()).contains("is not what the record commits to");
    }
  }

  private Path bundle(String name, boolean openings) throws Exception {
    Path file = folder.resolve(name);
    DurableFile.replace(file, Bundle.of(new Source("", "0".repeat(32), log), openings)::writeTo);
    return file;
  }

  private static NamedValue value(String name, String value, String kept) {
    return new NamedValue(name, value.getBytes(UTF_8), kept);
  }

  private String call(NamedValue... values) throws Exception {
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      Entry call = Entry.of(Event.CALL_INTENT).with(Field.SERVER, "db").with(Field.TOOL, "query");
      return Long.toString(open.append(call.arguments(ArgumentsPolicy.REDACTED, List.of(values))));
    }
  }

  private String identity() throws Exception {
    return AuditVerifier.withoutKey().verify(log).identity();
  }

  private String disclose(String name, String number) {
    return made(owner("audit", "open", number, "--argument", name));
  }

  private String disclose(String name) {
    return disclose(name, n);
  }

  private String disclose(String name, String option, String value) {
    return made(owner("audit", "open", n, "--argument", name, option, value));
  }

  private static String made(CommandRun ran) {
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }

  private CommandRun verify(String text, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("disclosure"), text);
    return stranger()
        .run(
            Stream.concat(
                    Stream.of("audit", "verify", "--proof", file.toString()), Stream.of(options))
                .toArray(String[]::new));
  }

  /**
   * Somebody with a home in which there is nothing. The variable says that no agent asks, whatever
   * runs the tests.
   */
  private CommandRun stranger() {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", folder.resolve("none").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }

  private CommandRun owner(String... line) {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", home.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString())
        .run(line);
  }
}
