package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server that tries to leave its sandbox, in a real one. */
@EndToEnd
@EnabledOnOs(OS.LINUX)
final class SandboxTest {
  private static final String TOKEN = "made-up-confined-Vq7Lr2Xw9Kd4";
  private static final String READ_ONLY = "EROFS";

  @TempDir Path folder;

  @BeforeAll
  static void namespaces() throws Exception {
    Tools.requireNamespaces();
  }

  private Project project(String sandbox) throws Exception {
    Project project =
        new Project(folder)
            .secret("demo/key", TOKEN)
            .server(
                "box",
                List.of(Peers.installed().node().toString(), Project.script("confined.mjs")),
                """
                {"files": {"KEY_FILE": "secret:demo/key"}, "tools": {"allow": ["*"]}, "sandbox": %s}\
                """
                    .formatted(sandbox));
    Files.createDirectories(project.work().resolve("out"));
    return project;
  }

  private static String act(RawClient client, String what, Object at)
      throws IOException, TimeoutException {
    return client.tool("box__act", "{\"do\": \"%s\", \"at\": \"%s\"}".formatted(what, at)).said();
  }

  @Test
  void itWritesAndSeesWhatItsEntryNamesAndReachesNothing() throws Exception {
    Project project = project("{\"write\": [\"./out\"]}").locked();
    Path work = project.work();
    Path outside = folder.toRealPath().resolve("userhome");
    Path door = folder.toRealPath().resolve("door");
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocketChannel _ =
            ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(door));
        RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(act(client, "write", work.resolve("out/a"))).isEqualTo("written");
      assertThat(work.resolve("out/a")).hasContent("written");
      for (Path forbidden :
          List.of(
              work.resolve("a"),
              work.resolve(".gatekeeper/allowlist.json"),
              work.resolve("out/../a"))) {
        assertThat(act(client, "write", forbidden)).as("%s", forbidden).isEqualTo(READ_ONLY);
      }
      // EINVAL, were it let: as root, which owns it, no capability is asked for.
      assertThat(act(client, "write", "/proc/sys/vm/swappiness")).isIn(READ_ONLY, "EACCES");
      assertThat(act(client, "run", "unshare --user true")).as("namespaces").endsWith(" 1");
      // Its own, and gone with it.
      assertThat(act(client, "write", "/tmp/made-up-of-a-sandbox")).isEqualTo("written");
      assertThat(Path.of("/tmp/made-up-of-a-sandbox")).doesNotExist();
      assertThat(act(client, "list", project.home())).isEqualTo("programs run");
      assertThat(act(client, "list", outside)).isEqualTo("ENOENT");
      assertThat(act(client, "read", work.resolve(".gatekeeper/allowlist.json")))
          .endsWith("characters");
      assertThat(act(client, "variable", "KEY_FILE")).isEqualTo(TOKEN.length() + " characters");
      assertThat(act(client, "connect", listener.getLocalPort())).isEqualTo("ECONNREFUSED");
      assertThat(act(client, "connect", door)).isEqualTo("ENOENT");
      assertThat(act(client, "processes", "")).matches("[23] processes");
      client.finish();
    }
  }

  @Test
  void networkIsWhatItsEntrySays() throws Exception {
    Project project = project("{\"network\": true}").locked();
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(act(client, "connect", listener.getLocalPort())).isEqualTo("connected");
      assertThat(act(client, "write", project.work().resolve("out/a"))).isEqualTo(READ_ONLY);
      client.finish();
    }
  }

  @Test
  void nothingOfItIsLeftWhateverEnds() throws Exception {
    Project project = project("{\"write\": [\"./out\"]}").locked();
    for (boolean killed : new boolean[] {false, true}) {
      try (RawClient client = project.serve()) {
        client.initialize("{}");
        assertThat(act(client, "leave", "")).startsWith("left ");
        if (killed) {
          client.process().destroyForcibly();
        } else {
          client.finish();
        }
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (left() > 0 && System.nanoTime() < deadline) {
        Thread.sleep(20);
      }
      assertThat(left()).as("killed %s", killed).isZero();
    }
  }

  private static long left() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains("confined.mjs") || line.endsWith("sleep 86411"))
        .count();
  }

  @Test
  void whatCannotBeGivenStartsNothingAndGrantsNothing() throws Exception {
    Project project = project("{\"write\": [\"./later\"]}");
    Path later = Files.createDirectory(project.work().resolve("later"));
    project.locked();
    Files.delete(later);
    long granted = granted(project);
    assertThat(refused(project))
        .contains(later + ", which is no directory. A person types: mkdir -p '" + later + "'");
    Files.createSymbolicLink(later, project.work().resolve("out"));
    assertThat(refused(project)).contains("leads elsewhere by a link");
    assertThat(granted(project)).isEqualTo(granted).isPositive();
  }

  private static long granted(Project project) throws IOException {
    return project.chain().lines().filter(line -> line.contains("\"event\":\"grant\"")).count();
  }

  private static String refused(Project project) throws Exception {
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      String said = act(client, "list", "/");
      client.finish();
      return said;
    }
  }

  @Test
  void thePinnedReferenceServerOfFilesWritesWhereItMay() throws Exception {
    Project project =
        new Project(folder)
            .server(
                "files",
                List.of("npx", "-y", Peers.installed().spec("filesystem"), "${project}"),
                """
                {"tools": {"allow": ["*"]}, "sandbox": {"write": ["out"]}}\
                """);
    Path out = Files.createDirectories(project.work().resolve("out"));
    project.locked();
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(write(client, out.resolve("a"))).contains("Successfully wrote");
      assertThat(write(client, project.work().resolve("a"))).contains(READ_ONLY);
      client.finish();
    }
    assertThat(out.resolve("a")).hasContent("made up");
  }

  private static String write(RawClient client, Path file) throws IOException, TimeoutException {
    return client
        .tool("files__write_file", "{\"path\": \"%s\", \"content\": \"made up\"}".formatted(file))
        .text();
  }
}
