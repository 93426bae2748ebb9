package dev.gatekeeper.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableFileTest {
  @TempDir Path folder;

  @Test
  void replacesAndLeavesNothingBeside() throws IOException {
    Path file = folder.resolve("f");
    DurableFile.replace(file, new byte[] {1});
    DurableFile.replace(file, new byte[] {2, 3});
    assertThat(DurableFile.readBounded(file, 2)).containsExactly(2, 3);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> names = Files.list(folder)) {
      assertThat(names).containsExactly(file);
    }
  }

  @Test
  void aNewFileIsMadeWhereNothingIs() throws IOException {
    Path file = folder.resolve("f");
    DurableFile.create(file, new byte[] {1});
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> DurableFile.create(file, new byte[] {2}))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.readAllBytes(file)).containsExactly(1);
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertThatThrownBy(() -> DurableFile.create(link, new byte[] {2}))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void aLinkIsReplacedNotFollowed() throws IOException {
    Path target = Files.write(folder.resolve("target"), new byte[] {7});
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    DurableFile.replace(link, new byte[] {8});
    assertThat(Files.readAllBytes(target)).containsExactly(7);
    assertThat(Files.isSymbolicLink(link)).isFalse();
  }

  @Test
  void contentThatFailsHalfwayLeavesTheOldContentAlone() throws IOException {
    Path file = folder.resolve("f");
    DurableFile.replace(file, new byte[] {1});
    assertThatThrownBy(
            () ->
                DurableFile.replace(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("no space left");
                    }))
        .hasMessage("no space left");
    assertThat(Files.readAllBytes(file)).containsExactly(1);
    try (Stream<Path> names = Files.list(folder)) {
      assertThat(names).containsExactly(file);
    }
  }

  @Test
  void aFailedReplaceLeavesTheOldContentAlone() throws IOException {
    Path inTheWay = Files.createDirectory(folder.resolve("d"));
    Files.createFile(inTheWay.resolve("full"));
    assertThatThrownBy(() -> DurableFile.replace(inTheWay, new byte[] {1}))
        .isInstanceOf(IOException.class);
    try (Stream<Path> names = Files.list(folder)) {
      assertThat(names).containsExactly(inTheWay);
    }
  }

  @Test
  void readingIsBounded() throws IOException {
    Path file = Files.write(folder.resolve("f"), new byte[11]);
    assertThatThrownBy(() -> DurableFile.readBounded(file, 10))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " has more than 10 bytes");
  }

  @Test
  void whatGrowsWhileItIsReadIsReadAsFarAsItStood() throws Exception {
    Path file = Files.write(folder.resolve("growing"), new byte[] {7});
    AtomicBoolean read = new AtomicBoolean();
    Thread appends =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
                    while (!read.get() && channel.size() < 4 << 20) {
                      channel.write(ByteBuffer.wrap(new byte[] {7}));
                    }
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    try {
      int before = 0;
      for (int i = 0; i < 2_000; i++) {
        byte[] content = DurableFile.readGrowing(file, 4 << 20);
        assertThat(content.length).isGreaterThanOrEqualTo(before);
        assertThat(content[content.length - 1]).isEqualTo((byte) 7);
        before = content.length;
      }
    } finally {
      read.set(true);
      appends.join();
    }
    assertThatThrownBy(() -> DurableFile.readGrowing(file, 10))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " has more than 10 bytes");
  }

  @Test
  void readingDoesNotFollowALink() throws IOException {
    Path link =
        Files.createSymbolicLink(folder.resolve("l"), Files.createFile(folder.resolve("f")));
    assertThatThrownBy(() -> DurableFile.readBounded(link, 10))
        .isInstanceOf(IOException.class)
        .hasMessage(link + " is not a regular file");
  }

  @Test
  void aMissingFileIsSaidToBeMissing() {
    assertThatThrownBy(() -> DurableFile.readBounded(folder.resolve("no"), 10))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void directoriesAreForTheOwner() throws IOException {
    DurableFile.createDirectory(folder.resolve("a/b"));
    DurableFile.createDirectory(folder.resolve("a/b"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))))
        .isEqualTo("rwx------");
  }
}
