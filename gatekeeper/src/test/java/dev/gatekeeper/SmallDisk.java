package dev.gatekeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** A small disk of its own, which only root can mount. */
public record SmallDisk(Path mount) implements AutoCloseable {
  public static SmallDisk mounted(Path mount) throws Exception {
    if (!System.getProperty("user.name").equals("root")) {
      throw new TestAbortedException("only root can mount a disk to fill");
    }
    Files.createDirectories(mount);
    if (run("mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", mount.toString()) != 0) {
      throw new TestAbortedException("this machine lets root mount no disk");
    }
    return new SmallDisk(mount);
  }

  public void fill(Path ballast) throws IOException {
    byte[] block = new byte[512];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(Files.getFileStore(mount).getUsableSpace()).isZero();
    }
  }

  public void writable(boolean on) throws Exception {
    assertThat(run("mount", "-o", "remount," + (on ? "rw" : "ro"), mount.toString())).isZero();
  }

  private static int run(String program, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(Tools.require(program).toString());
    builder.command().addAll(List.of(arguments));
    return builder.inheritIO().start().waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      run("umount", "-l", mount.toString());
    } catch (Exception e) {
      throw new IOException("cannot unmount " + mount, e);
    }
  }
}
