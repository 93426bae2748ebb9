package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RealPathsTest {
  @TempDir private Path temporary;

  private Path project;
  private Path outside;
  private RealPaths paths;

  @BeforeEach
  void lay() throws IOException {
    Path root = temporary.toRealPath();
    project = Files.createDirectory(root.resolve("project"));
    outside = Files.createDirectory(root.resolve("outside"));
    Files.createDirectory(outside.resolve("deep"));
    Files.createDirectory(project.resolve("src"));
    paths = new RealPaths(project, root);
  }

  @Test
  void aFileThatDoesNotExistStandsBelowItsDirectory() throws IOException {
    assertThat(paths.canonical(project + "/src/new/a.txt"))
        .isEqualTo(project.resolve("src/new/a.txt"));
  }

  @Test
  void dotsAreResolved() throws IOException {
    assertThat(paths.canonical(project + "/./src//../../outside/x"))
        .isEqualTo(outside.resolve("x"));
  }

  @Test
  void aboveTheRootIsTheRoot() throws IOException {
    assertThat(paths.canonical("/../../..")).isEqualTo(Path.of("/"));
  }

  /** The server that reads it is another process, with a directory and descriptors of its own. */
  @Test
  void whatDiffersBetweenProcessesIsNoPath() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self")), "no /proc here");
    Files.createSymbolicLink(project.resolve("here"), Path.of("/proc/self/cwd"));
    for (String path :
        List.of(
            "/proc/self/cwd/x",
            "/proc/self/root" + project,
            "/proc/thread-self/cwd",
            "/proc/" + ProcessHandle.current().pid() + "/cwd/x",
            "/dev/fd/0",
            "/dev/stdin",
            project + "/here/x")) {
      assertThatThrownBy(() -> paths.canonical(path)).as(path).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aLinkIsFollowed() throws IOException {
    Files.createSymbolicLink(project.resolve("link"), outside);
    assertThat(paths.canonical(project + "/link/x")).isEqualTo(outside.resolve("x"));
  }

  @Test
  void aRelativeLinkIsFollowedFromWhereItStands() throws IOException {
    Files.createSymbolicLink(project.resolve("src/link"), Path.of("../../outside"));
    assertThat(paths.canonical(project + "/src/link/x")).isEqualTo(outside.resolve("x"));
  }

  @Test
  void dotsBehindALinkLeaveWhatItNames() throws IOException {
    Files.createSymbolicLink(project.resolve("link"), outside.resolve("deep"));
    assertThat(paths.canonical(project + "/link/../x")).isEqualTo(outside.resolve("x"));
  }

  @Test
  void aLinkToNothingIsFollowed() throws IOException {
    Files.createSymbolicLink(project.resolve("link"), outside.resolve("later"));
    assertThat(paths.canonical(project + "/link")).isEqualTo(outside.resolve("later"));
  }

  @Test
  void aLinkToItselfIsRefused() throws IOException {
    Files.createSymbolicLink(project.resolve("loop"), Path.of("loop"));
    assertThatThrownBy(() -> paths.canonical(project + "/loop/x")).isInstanceOf(IOException.class);
  }

  @Test
  void dotsBelowWhatDoesNotExistAreRefused() {
    assertThatThrownBy(() -> paths.canonical(project + "/later/../../outside"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aRelativePathIsRefused() {
    assertThatThrownBy(() -> paths.canonical("src")).isInstanceOf(IOException.class);
  }

  @Test
  void aPathWithNulIsRefused() {
    assertThatThrownBy(() -> paths.canonical("/a\0b")).isInstanceOf(IOException.class);
  }
}
