package dev.gatekeeper.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
  @TempDir Path folder;

  @Test
  void theVariableDecidesFirst() throws IOException {
    assertThat(Home.name(Map.of("GATEKEEPER_HOME", "/a/b", "XDG_DATA_HOME", "/x"), "Linux"))
        .isEqualTo(Path.of("/a/b"));
  }

  @Test
  void thenTheDataDirectoryOfTheDesktopSpecification() throws IOException {
    assertThat(Home.name(Map.of("XDG_DATA_HOME", "/x", "HOME", "/h"), "Linux"))
        .isEqualTo(Path.of("/x/gatekeeper"));
  }

  @Test
  void aRelativeDataDirectoryIsIgnored() throws IOException {
    assertThat(Home.name(Map.of("XDG_DATA_HOME", "x", "HOME", "/h"), "Linux"))
        .isEqualTo(Path.of("/h/.local/share/gatekeeper"));
  }

  @Test
  void macHasItsOwnPlace() throws IOException {
    assertThat(Home.name(Map.of("HOME", "/Users/a"), "Mac OS X"))
        .isEqualTo(Path.of("/Users/a/Library/Application Support/gatekeeper"));
  }

  @Test
  void aRelativeHomeIsRefused() {
    assertThatThrownBy(() -> Home.locate(Map.of("GATEKEEPER_HOME", "here")))
        .isInstanceOf(IOException.class)
        .hasMessage("GATEKEEPER_HOME is not an absolute path");
  }

  @Test
  void createdForTheOwnerAlone() throws IOException {
    Path path = folder.resolve("deep/er");
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", path.toString()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.path())))
        .isEqualTo("rwx------");
  }

  @Test
  void aSymbolicLinkIsRefused() throws IOException {
    Path link =
        Files.createSymbolicLink(
            folder.resolve("link"), Files.createDirectory(folder.resolve("d")));
    assertThatThrownBy(() -> Home.locate(Map.of("GATEKEEPER_HOME", link.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("is a symbolic link; name the real path");
  }

  @Test
  void aHomeThatOthersCanWriteIsRefused() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThatThrownBy(() -> Home.locate(Map.of("GATEKEEPER_HOME", open.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is writable by others; type: chmod go-rwx");
  }

  @Test
  void aFileIsRefused() throws IOException {
    Path file = Files.createFile(folder.resolve("file"), OwnerOnly.fileMode());
    assertThatThrownBy(() -> Home.locate(Map.of("GATEKEEPER_HOME", file.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("is not a directory");
  }
}
