package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values and passphrase are in no file, log, record, answer, command line or environment of ours,
 * after a day's work that ended in every way: served from an open vault, run by hand, told by a
 * server in all channels, and cut short by a fault of the program.
 */
@EndToEnd
@EnabledOnOs(OS.LINUX)
final class NothingLeftBehindTest {
  private static final String TOKEN = "made-up-needle-Vq7Lr2Xw9Kd4";
  private static final String KEY = "made-up-needle-in-a-file-Zt5Hn8Bc3";
  private static final String PASSPHRASE = "made-up passphrase of a test";

  private static final List<String> NEEDLES =
      Stream.of(TOKEN, KEY, PASSPHRASE).flatMap(NothingLeftBehindTest::spellings).toList();

  private static Stream<String> spellings(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    return Stream.of(
        value, Base64.getEncoder().encodeToString(bytes), HexFormat.of().formatHex(bytes));
  }

  @Test
  void valuesAndPassphraseAreNowhere(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .secret("demo/token", TOKEN)
            .secret("demo/key", KEY)
            .hostile(
                Peers.installed(),
                "teller",
                "tells its secrets",
                """
                {"env": {"DEMO_TOKEN": "secret:demo/token"}, "files": {"DEMO_FILE": "secret:demo/key"},
                 "tools": {"allow": ["*"]}}\
                """)
            .adopted();
    Project.Result opened = project.gatekeeper("vault", "open", "--for", "10m");
    assertThat(opened.exit()).as("%s", opened).isZero();
    List<String> said = new ArrayList<>(List.of(opened.out(), opened.err()));
    // What a person gave on purpose lies in files of the fixture, and is no trace of ours.
    deletePassphraseAndInputs(project);
    try {
      said.add(served(project));
      said.add(run(project));
      said.add(crashed(project));
      said.add(served(project)); // removes the files of the dead before it starts anything
      assertOfProcesses(project);
    } finally {
      Project.Result closed = project.asAgent("vault", "close");
      said.addAll(List.of(closed.out(), closed.err()));
    }
    said.forEach(text -> assertClean("an output", text));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertClean(folder.relativize(file).toString(), text(file));
      }
    }
  }

  private static void deletePassphraseAndInputs(Project project) throws IOException {
    try (Stream<Path> files = Files.list(project.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.endsWith("passphrase") || file.getFileName().toString().startsWith("in")) {
          Files.delete(file);
        }
      }
    }
  }

  private static String served(Project project) throws Exception {
    try (RawClient client = project.serve(project.agent())) {
      client.initialize("{}");
      assertThat(client.listed("teller__misbehave")).isTrue();
      String told = client.tool("teller__misbehave", "{}").text();
      assertThat(told).contains("[secret:demo/token]").contains("[secret:demo/key]");
      String denied = client.tool("teller__echo", "{\"message\": 7}").text();
      assertOfProcesses(project);
      List<String> all = new ArrayList<>(List.of(told, denied));
      client.lines().forEach(line -> all.add(line.text()));
      client.finish(); // an orderly end removes what it wrote
      return String.join("\n", all);
    }
  }

  /** Free-form, as a person does it; the server's program tells the value in its environment. */
  private static String run(Project project) throws Exception {
    Path passphrase = project.folder().resolve("passphrase");
    Files.createFile(
        passphrase,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passphrase, PASSPHRASE);
    try {
      Project.Result run =
          project.gatekeeper(
              "run", "--env", "T=secret:demo/token", "--", "sh", "-c", "echo $T; echo $T >&2");
      assertThat(run.exit()).as("%s", run).isZero();
      assertThat(run.out()).contains("[secret:demo/token]");
      return run.out() + run.err();
    } finally {
      Files.delete(passphrase);
    }
  }

  /** A fault of the program while values are held: no core, no file of the VM. */
  private static String crashed(Project project) throws Exception {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "ulimit -c unlimited; exec \"$@\"",
            "sh",
            project.command().getFirst(),
            "serve");
    try (RawClient client =
        RawClient.start(command, project.agent(), project.work(), project.serveLog())) {
      client.initialize("{}");
      assertThat(client.listed("teller__misbehave")).isTrue();
      client.tool("teller__misbehave", "{}");
      ProcessHandle us = client.process().toHandle();
      Process kill = new ProcessBuilder("kill", "-SEGV", Long.toString(us.pid())).start();
      assertThat(kill.waitFor()).isZero();
      us.onExit().get(20, TimeUnit.SECONDS);
    }
    try (Stream<Path> left = Files.list(project.work())) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("core") || name.startsWith("hs_err"));
    }
    return "";
  }

  /**
   * Command lines and environments of our own processes; servers are meant to have their values.
   */
  private static void assertOfProcesses(Project project) throws IOException {
    int ours = 0;
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      try {
        String line = text(proc.resolve("cmdline"));
        String environment = text(proc.resolve("environ"));
        boolean java = line.contains("gatekeeper.jar");
        if (java && environment.contains(project.home().toString())) {
          ours++;
          assertClean("a command line", line);
          assertClean("an environment", environment);
        }
      } catch (IOException e) {
        // Gone meanwhile, or not for us to read, which is what is wanted.
      }
    }
    if (Files.isReadable(Path.of("/proc/1/environ"))) {
      assertThat(ours).isPositive(); // root reads them all
    }
  }

  private static String text(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Says where, and not what. */
  private static void assertClean(String where, String text) {
    for (int i = 0; i < NEEDLES.size(); i++) {
      assertThat(text.contains(NEEDLES.get(i))).as("needle %d in %s", i, where).isFalse();
    }
  }
}
