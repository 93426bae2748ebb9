package dev.gatekeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code SandboxTest} cannot try with a real server: order, and what is refused. */
@EnabledOnOs(OS.LINUX)
final class BubblewrapTest {
  private static final List<String> LINE = List.of("/usr/bin/true", "-x");

  @TempDir Path given;
  private Path folder;
  private Path project;
  private Path home;
  private Path temporary;

  @BeforeEach
  void directories() throws IOException {
    folder = given.toRealPath();
    project = Files.createDirectories(folder.resolve("project"));
    home = Files.createDirectories(folder.resolve("home"));
    temporary = folder.resolve("temporary");
  }

  private List<String> arguments(boolean network, Path... writable) throws UnconfinedException {
    Bounds bounds =
        new Bounds(
            network,
            List.of(writable),
            project,
            project,
            home,
            List.of(home, folder, home.resolve("programs")),
            List.of(temporary),
            Optional.empty());
    return Bubblewrap.ofSystem().arguments(bounds, LINE);
  }

  private static int at(List<String> arguments, String option, Path path) {
    for (int i = 0; i + 1 < arguments.size(); i++) {
      if (arguments.get(i).equals(option) && arguments.get(i + 1).equals(path.toString())) {
        return i;
      }
    }
    throw new AssertionError(option + " " + path + " is not in " + arguments);
  }

  @Test
  void ofTwoDirectoriesTheMoreParticularOneCounts() throws Exception {
    Path programs = Files.createDirectories(home.resolve("programs"));
    Path out = Files.createDirectories(project.resolve("out"));
    Path usr = Path.of("/usr");
    List<String> all = arguments(false, out, usr);
    assertThat(all).startsWith("--ro-bind", "/", "/").contains("--unshare-net", "--unshare-pid");
    assertThat(all).endsWith("--chdir", project.toString(), "--", "/usr/bin/true", "-x");
    Path tmp = Path.of("/tmp");
    assertThat(at(all, "--tmpfs", tmp)).isLessThan(at(all, "--ro-bind", project));
    assertThat(at(all, "--ro-bind", project)).isLessThan(at(all, "--bind", out));
    assertThat(at(all, "--ro-bind", folder)).isLessThan(at(all, "--tmpfs", home));
    assertThat(at(all, "--tmpfs", home)).isLessThan(at(all, "--ro-bind", programs));
    assertThat(at(all, "--bind", usr)).isPositive();
    assertThat(arguments(true)).doesNotContain("--unshare-net");
  }

  @Test
  void temporaryFilesBelowWhatIsShownAreStillItsOwn() throws Exception {
    temporary = Files.createDirectories(project.resolve("tmp"));
    List<String> all = arguments(false);
    assertThat(at(all, "--ro-bind", project)).isLessThan(at(all, "--tmpfs", temporary));
  }

  @Test
  void theHomeItselfIsNeverShown() throws Exception {
    List<String> all = arguments(false);
    assertThatThrownBy(() -> at(all, "--ro-bind", home)).isInstanceOf(AssertionError.class);
    // Nor could it be moved away.
    assertThatThrownBy(() -> arguments(false, folder))
        .hasMessageContaining("the gatekeeper's own, or above that");
  }

  @Test
  void itWritesToWhatTheListNamesAndNowhereThatThatLeads() throws Exception {
    Path missing = project.resolve("it's");
    assertThatThrownBy(() -> arguments(false, missing))
        .hasMessageEndingWith("no directory. A person types: mkdir -p '" + project + "/it'\\''s'");
    Path link = Files.createSymbolicLink(project.resolve("link"), Path.of("/etc"));
    assertThatThrownBy(() -> arguments(false, link)).hasMessageContaining("leads elsewhere");
    assertThatThrownBy(() -> arguments(false, link.resolve("ssl")))
        .hasMessageContaining("leads elsewhere");
    Path own = Files.createDirectories(home.resolve("audit"));
    assertThatThrownBy(() -> arguments(false, own)).hasMessageContaining("the gatekeeper's own");
    for (String kernels : List.of("/", "/proc", "/sys/kernel", "/dev")) {
      assertThatThrownBy(() -> arguments(false, Path.of(kernels)))
          .as(kernels)
          .isInstanceOf(UnconfinedException.class);
    }
  }

  @Test
  void whoeverCanReplaceItIsNotTrustedWithIt() throws Exception {
    Path everybodys = Files.writeString(folder.resolve("bwrap"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(everybodys, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> Bubblewrap.among(List.of(everybodys)))
        .hasMessageContaining("there is no bubblewrap");
  }

  @Test
  void whereItCanMakeASandboxItSaysNothing() throws Exception {
    Tools.requireNamespaces();
    Bubblewrap.ofSystem().demand();
  }
}
