package dev.gatekeeper.fingerprint.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatekeeper.fingerprint.print.Imprint;
import dev.gatekeeper.fingerprint.print.PrintKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalkTest {
  @TempDir Path folder;

  private static Walk walk() {
    PrintKey key = PrintKey.generate();
    byte[] value = ScanTest.TOKEN.getBytes(StandardCharsets.UTF_8);
    return new Walk(
        new Scan(
            List.of(
                new Watch(
                    List.of(new Imprint(key).ofStrong("secret:t", value).orElseThrow()),
                    key,
                    false))));
  }

  @Test
  void aFileThatHasOtherBytesThanItSaysIsNotJudged() {
    Path grows = Path.of("/proc/self/status"); // has no size, and is read all the same
    assumeTrue(Files.isReadable(grows));
    Walk walk = walk();
    walk.read(grows, "status");
    assertThat(walk.unread())
        .containsExactly(new Walk.Unread("status", "changed while it was read"));
  }

  @Test
  void aStreamThatBreaksIsNotJudged() {
    Walk walk = walk();
    walk.read(
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("broken");
          }

          @Override
          public int read(byte[] bytes, int from, int length) throws IOException {
            throw new IOException("broken");
          }
        },
        "-");
    assertThat(walk.unread()).containsExactly(new Walk.Unread("-", "cannot be read"));
    assertThat(walk.files()).isZero();
  }

  /** What git has packed is compressed; the rest of its folder may hold a token. */
  @Test
  void ofGitOnlyTheObjectsAreLeftOut() throws IOException {
    Path objects = Files.createDirectories(folder.resolve(".git/objects/ab"));
    Files.writeString(objects.resolve("cd"), ScanTest.TOKEN);
    Files.writeString(folder.resolve(".git/config"), "url = https://" + ScanTest.TOKEN + "@h\n");
    Walk walk = walk();
    walk.read(folder, ".");
    assertThat(walk.findings())
        .containsExactly(
            new Finding("secret:t", false, "plain", Finding.Part.TEXT, ".git/config", 1));
    assertThat(walk.skipped()).containsEntry("folder of git's objects", 1);
    assertThat(walk.files()).isEqualTo(1);
  }

  @Test
  void aLinkOutOfAFolderIsNotFollowed() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("f"), ScanTest.TOKEN);
    Path inside = Files.createDirectories(folder.resolve("inside"));
    Files.createSymbolicLink(inside.resolve("d"), outside);
    Files.createSymbolicLink(inside.resolve("f"), outside.resolve("f"));
    Files.createSymbolicLink(inside.resolve("loop"), inside);
    Walk walk = walk();
    walk.read(inside, "inside");
    assertThat(walk.findings()).isEmpty();
    assertThat(walk.skipped()).containsEntry("a symbolic link", 3);
  }
}
