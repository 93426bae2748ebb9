package dev.gatekeeper.files;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnerOnlyTest {
  @TempDir Path folder;

  @Test
  void acceptsAFileOfModeSixHundred() throws IOException {
    Path file = Files.createFile(folder.resolve("f"), OwnerOnly.fileMode());
    assertThatCode(() -> OwnerOnly.check(file)).doesNotThrowAnyException();
  }

  @Test
  void refusesAFileThatOthersCanRead() throws IOException {
    Path file = Files.createFile(folder.resolve("f"), OwnerOnly.fileMode());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> OwnerOnly.check(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is readable or writable by others; type: chmod go-rwx '" + file + "'");
  }

  @Test
  void refusesASymbolicLink() throws IOException {
    Path file = Files.createFile(folder.resolve("f"), OwnerOnly.fileMode());
    Path link = Files.createSymbolicLink(folder.resolve("l"), file);
    assertThatThrownBy(() -> OwnerOnly.check(link))
        .isInstanceOf(IOException.class)
        .hasMessage(link + " is a symbolic link; name the real path");
  }

  @Test
  void refusesADevice() {
    assertThatThrownBy(() -> OwnerOnly.check(Path.of("/dev/null")))
        .isInstanceOf(IOException.class)
        .hasMessage("/dev/null is neither a file nor a directory");
  }

  @Test
  void refusesAFileOfAnotherUser() throws IOException {
    Path file = Files.createFile(folder.resolve("f"), OwnerOnly.fileMode());
    try {
      Files.setAttribute(file, "unix:uid", 65_534);
    } catch (IOException e) {
      Assumptions.abort("only root can give a file away");
    }
    assertThatThrownBy(() -> OwnerOnly.check(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " belongs to another user");
  }
}
