package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.nio.charset.StandardCharsets;
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

@Timeout(60)
final class AuditProofCommandTest {
  @TempDir Path folder;
  private Path home;
  private Path log;
  private String identity = "";

  @BeforeEach
  void aLog() throws Exception {
    home = folder.resolve("home");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    log = SampleLog.closed(home.resolve("audit"), 20);
    identity = AuditVerifier.withoutKey().verify(log).identity();
  }

  @Test
  void aRecordIsProvedToSomebodyWithoutTheLog() throws Exception {
    Path proof = save("17.tlog-proof", run("audit", "prove", "17"));
    CommandRun ran = run("audit", "verify", "--proof", proof.toString(), "--identity", identity);
    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .contains("record    {\"v\":\"1\",\"n\":\"17\"")
        .contains("is number 17 of 20 that were signed")
        .contains("vouched for by the identity alone")
        .doesNotContain("unpinned");
    assertThat(run("audit", "verify", "--proof", proof.toString()).out()).contains("(unpinned)");
    assertThat(run("audit", "verify", "--proof", proof.toString(), "--identity", "x").exit())
        .as("no identity")
        .isEqualTo(2);
    assertThat(
            run("audit", "verify", "--proof", proof.toString(), "--identity", "A".repeat(43)).err())
        .startsWith(
            "gatekeeper: error: the proof does not hold: it is of a log of another identity");
  }

  @Test
  void aProofUnderACheckpointThatWasKeptNeedsNoSignature() throws Exception {
    Path kept = save("kept", run("audit", "checkpoint"));
    append(70);
    Path later = save("later", run("audit", "prove", "17"));
    assertThat(verifyProof(later, kept).exit()).isEqualTo(3);
    Path proof = save("proof", run("audit", "prove", "17", "--checkpoint", kept.toString()));
    assertThat(verifyProof(proof, kept).out())
        .contains("sound: the record was in the log when the checkpoint that you kept was made.");
  }

  @Test
  void whereARecordWasAlteredNobodySaysThatOthersAreMissing() throws Exception {
    Path kept = save("kept", run("audit", "checkpoint"));
    List<String> lines = SampleLog.lines(log);
    lines.set(7, lines.get(7).replace("create_issue", "delete_issue"));
    SampleLog.write(log, lines);
    CommandRun ran = run("audit", "verify", "--checkpoint", kept.toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).doesNotContain("were there");
  }

  @Test
  void growthIsProved() throws Exception {
    Path kept = save("kept", run("audit", "checkpoint"));
    append(70);
    Path proof = save("proof", run("audit", "prove", "--since", kept.toString()));
    assertThat(verifyProof(proof, kept).out())
        .startsWith("sound: the 20 records of the checkpoint that you kept are the first of 90.");
    Path newer = save("newer", run("audit", "checkpoint"));
    assertThat(verifyProof(proof, newer).exit()).isEqualTo(1);
    assertThat(run("audit", "verify", "--proof", proof.toString()).exit()).isEqualTo(2);
  }

  @Test
  void scriptsAreToldTheSame() throws Exception {
    Path kept = save("kept", run("audit", "checkpoint"));
    String text = run("audit", "prove", "17", "--checkpoint", kept.toString()).out();
    Path proof = Files.writeString(folder.resolve("p"), text);
    JsonNode alone = json("--proof", proof.toString());
    assertThat(alone.get("sound").asBoolean()).isTrue();
    assertThat(alone.get("anchored").asBoolean()).isFalse();
    assertThat(alone.get("pinned").asBoolean()).isFalse();
    assertThat(alone.get("identity").asString()).isEqualTo(identity);
    assertThat(alone.get("n").asInt()).isEqualTo(17);
    assertThat(alone.get("records").asInt()).isEqualTo(20);
    assertThat(alone.get("record").asString()).startsWith("{\"v\":\"1\",\"n\":\"17\"");
    JsonNode more =
        json("--proof", proof.toString(), "--checkpoint", kept.toString(), "--identity", identity);
    assertThat(more.get("anchored").asBoolean()).isTrue();
    assertThat(more.get("pinned").asBoolean()).isTrue();

    append(70);
    Path growth = save("growth", run("audit", "prove", "--since", kept.toString()));
    JsonNode grown = json("--proof", growth.toString(), "--checkpoint", kept.toString());
    assertThat(grown.get("old").asInt()).isEqualTo(20);
    assertThat(grown.get("records").asInt()).isEqualTo(90);

    Files.writeString(proof, text.replace("index 17", "index 16"));
    JsonNode not = json("--proof", proof.toString());
    assertThat(not.get("sound").asBoolean()).isFalse();
    assertThat(not.get("text").asString()).contains("does not hold record 16");
  }

  private JsonNode json(String... options) {
    String[] command =
        Stream.concat(Stream.of("audit", "verify", "--json"), Stream.of(options))
            .toArray(String[]::new);
    return JsonMapper.shared().readTree(run(command).out());
  }

  @Test
  void anAlteredProofDoesNotHold() throws Exception {
    String proof = run("audit", "prove", "17").out();
    Path other = Files.writeString(folder.resolve("p"), proof.replace("index 17", "index 16"));
    assertThat(run("audit", "verify", "--proof", other.toString()).err())
        .startsWith(
            "gatekeeper: error: the proof does not hold: it does not hold record 16 of the log");
    Files.writeString(other, proof + "\n");
    assertThat(run("audit", "verify", "--proof", other.toString()).exit()).isEqualTo(3);
  }

  @Test
  void aLogIsComparedWithACheckpointThatWasKept() throws Exception {
    Path yesterday = SampleLog.copy(log, folder.resolve("yesterday"));
    append(70);
    Path kept = save("kept", run("audit", "checkpoint"));
    append(5);
    CommandRun same = run("audit", "verify", "--checkpoint", kept.toString());
    assertThat(same.exit()).isZero();
    assertThat(same.out()).contains("anchored  n 0 to 89, by " + kept);
    CommandRun back = run("audit", "verify", "--checkpoint", kept.toString(), yesterday.toString());
    assertThat(back.exit()).isEqualTo(1);
    assertThat(back.err()).contains("90 records were signed, 20 are there (lost, n 20");
    Path other = SampleLog.closed(folder.resolve("other"), 100);
    assertThat(run("audit", "verify", "--checkpoint", kept.toString(), other.toString()).err())
        .contains("a checkpoint of another log (checkpoint, n 90");
  }

  @Test
  void aCheckpointMayBePasted() throws Exception {
    String printed = run("audit", "checkpoint").out();
    for (String pasted :
        List.of(
            printed.replace("\n", "\r\n"),
            printed.strip(),
            "\n" + printed + "\n\n",
            printed.indent(4),
            printed.replace("\n", " \n"))) {
      CommandRun same =
          CommandRun.in(folder)
              .with("GATEKEEPER_HOME", home.toString())
              .input(pasted.getBytes(StandardCharsets.UTF_8))
              .run("audit", "verify", "--checkpoint", "-");
      assertThat(same.exit()).as("%s", same.err()).isZero();
      assertThat(same.out()).contains("anchored  n 0 to 19, by -");
    }
    Path altered = Files.writeString(folder.resolve("kept"), printed.replace("\n20\n", "\n2 0\n"));
    assertThat(run("audit", "verify", "--checkpoint", altered.toString()).exit()).isEqualTo(3);
  }

  @Test
  void severalLogsAreJudgedEachByItself() throws Exception {
    Path altered = SampleLog.copy(log, folder.resolve("altered"));
    Path segment = altered.resolve(SampleLog.SEGMENT);
    Files.writeString(segment, Files.readString(segment).replaceFirst("github", "gitlab"));
    CommandRun ran =
        run("audit", "verify", log.toString(), altered.toString(), folder.resolve("no").toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).contains("sound: no record below the end was changed");
    assertThat(ran.err())
        .contains(altered + ": the log was altered")
        .contains("/no: there is no log in ");
    assertThat(run("audit", "verify", log.toString(), folder.resolve("no").toString()).exit())
        .isEqualTo(3);
  }

  @Test
  void whatIsNotThereIsNotProved() {
    assertThat(run("audit", "prove", "20").exit()).isEqualTo(3);
    assertThat(run("audit", "prove").exit()).isEqualTo(2);
    assertThat(run("audit", "prove", "1", "--log", folder.toString()).exit()).isEqualTo(3);
  }

  private void append(int records) throws Exception {
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      SampleLog.append(open, records);
    }
  }

  private CommandRun verifyProof(Path proof, Path checkpoint) {
    return run(
        "audit", "verify", "--proof", proof.toString(), "--checkpoint", checkpoint.toString());
  }

  private Path save(String name, CommandRun ran) throws Exception {
    assertThat(ran.exit()).as(ran.err()).isZero();
    return Files.writeString(folder.resolve(name), ran.out());
  }

  private CommandRun run(String... arguments) {
    return CommandRun.in(folder).with("GATEKEEPER_HOME", home.toString()).run(arguments);
  }
}
