package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.TinyVerifier;
import dev.gatekeeper.seal.SealKeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who has no vault checks what an agent did, with the program and without it. */
@EndToEnd
final class AuditorKeyTest {
  @TempDir private Path folder;

  /** Of the auditor: another machine, without home and passphrase. */
  private static Map<String, String> auditor(Project project) {
    Map<String, String> environment = project.agent();
    environment.put("GATEKEEPER_HOME", project.folder().resolve("nothing").toString());
    return environment;
  }

  @Test
  void bothVerifiersCheckCallsByTheKeyOfTheFile() throws Exception {
    Project project =
        new Project(folder)
            .hostile(Peers.installed(), "honest", "honest", "{\"tools\": {\"allow\": [\"echo\"]}}")
            .adopted();
    Path key = project.folder().resolve("carol.key");
    Project.Result made =
        project.run(List.of("audit", "auditor", "key", key.toString()), auditor(project), "");
    assertThat(made.exit()).as("%s", made).isZero();
    String word = made.out().lines().findFirst().orElseThrow();
    Project.Result added = project.gatekeeper("audit", "auditor", "add", "carol", word);
    assertThat(added.exit()).as("%s", added).isZero();

    try (RawClient client = project.serve(project.agent())) {
      client.initialize("{}");
      assertThat(client.listed("honest__echo")).isTrue();
      for (int i = 0; i < 5; i++) {
        assertThat(client.tool("honest__echo", "{\"message\":\"x\"}").said()).isEqualTo("echo x");
      }
      client.finish();
    }
    Path archive = project.folder().resolve("alice.tar.gz");
    Path bundle = project.folder().resolve("alice");
    assertThat(project.gatekeeper("audit", "bundle", "-o", archive.toString()).exit()).isZero();
    assertThat(project.gatekeeper("audit", "bundle", "-o", bundle.toString()).exit()).isZero();

    Project.Result ours = byGatekeeper(project, key, archive);
    assertThat(ours.exit()).as("%s", ours).isZero();
    assertThat(ours.out()).containsPattern("macs +1[0-9] hold \\(n [0-9]+ to [0-9]+, epoch 1\\)");
    Project.Result theirs = byOneFile(project, key, bundle);
    assertThat(theirs.exit()).as("%s", theirs).isZero();
    assertThat(theirs.out()).containsPattern("^sound: .*; [12][0-9] MACs hold");

    // Behind the last checkpoint of an epoch nothing but a MAC knows what was written.
    Files.delete(bundle.resolve("checkpoints/latest"));
    List<String> lines = SampleLog.lines(bundle);
    while (!lines.getLast().contains("\"event\":\"call.outcome\"")) {
      lines.removeLast();
    }
    int altered = lines.size() - 1;
    lines.set(altered, lines.getLast().replace("\"outcome\":\"ok\"", "\"outcome\":\"no\""));
    SampleLog.write(bundle, lines);
    assertThat(project.run(List.of("audit", "verify", bundle.toString()), auditor(project), ""))
        .returns(0, Project.Result::exit);
    assertThat(byGatekeeper(project, key, bundle))
        .returns(1, Project.Result::exit)
        .extracting(Project.Result::err)
        .asString()
        .contains("MAC does not hold (mac, n " + altered + ",");
    assertThat(byOneFile(project, key, bundle))
        .returns(1, Project.Result::exit)
        .extracting(Project.Result::out)
        .asString()
        .startsWith("tampered: the MAC of record " + altered);
  }

  private static Project.Result byGatekeeper(Project project, Path key, Path log) throws Exception {
    return project.run(
        List.of("audit", "verify", "--key-file", key.toString(), log.toString()),
        auditor(project),
        "");
  }

  private static Project.Result byOneFile(Project project, Path key, Path log) throws Exception {
    return project.runProgram(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            TinyVerifier.SOURCE.toAbsolutePath().toString(),
            log.toString(),
            "--key",
            key.toString()),
        auditor(project),
        "");
  }

  @Test
  void ofProcessesThatMakeOneFileOneMakesIt() throws Exception {
    Project project = new Project(folder);
    List<String> words = new ArrayList<>();
    try (ExecutorService people = Executors.newFixedThreadPool(4)) {
      List<Future<Project.Result>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(
            people.submit(
                () ->
                    project.run(
                        List.of("audit", "auditor", "key", "one.key"), auditor(project), "")));
      }
      for (Future<Project.Result> one : all) {
        Project.Result result = one.get();
        if (result.exit() == 0) {
          words.add(result.out().lines().findFirst().orElseThrow());
        } else {
          assertThat(result.exit()).isEqualTo(1);
          assertThat(result.out()).isEmpty();
          assertThat(result.err()).contains("one.key is there already");
        }
      }
    }
    byte[] half =
        Base64.getUrlDecoder()
            .decode(Files.readString(project.work().resolve("one.key"), UTF_8).strip());
    assertThat(words)
        .containsExactly(
            "gka1-"
                + Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(SealKeyPair.of(half).publicKey()));
  }
}
