package dev.gatekeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a process of its own: hardening cannot be taken back. */
final class HardenTest {
  private static final int PR_GET_DUMPABLE = 3;

  /** Prints what the kernel says of a hardened process, and of a child of it. */
  static final class Hardened {
    private Hardened() {}

    public static void main(String[] arguments) throws Exception {
      Kernel.harden();
      Kernel.harden();
      System.out.println(Libc.callInt(Libc.require("prctl"), PR_GET_DUMPABLE));
      System.out.println(coreLimit(Path.of("/proc/self/limits")));
      Child child = KernelTest.spawn("cat");
      System.out.println(coreLimit(Path.of("/proc/" + child.pid() + "/limits")));
      child.stdin().close();
      System.out.println(KernelTest.exit(child).code().orElseThrow());
    }

    private static String coreLimit(Path limits) throws IOException {
      return Files.readString(limits)
          .lines()
          .filter(line -> line.startsWith("Max core file size"))
          .findFirst()
          .orElseThrow()
          .replaceAll("\\s+", " ");
    }
  }

  @Test
  void keepsOurMemoryToOurselvesAndStillStartsChildren() throws Exception {
    assertThat(hardened(List.of()).lines())
        .containsExactly(
            "0", "Max core file size 0 0 bytes ", "Max core file size 0 0 bytes ", "0");
  }

  /** Root may do what it likes; a person is not root, and the kernel tells them less. */
  @Test
  void doesSoForAPersonWithoutPrivileges() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/etc/shadow")), "the other test runs without privileges");
    assertThat(
            hardened(
                    List.of(
                        Tools.require("setpriv").toString(),
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "--no-new-privs"))
                .lines())
        .containsExactly(
            "0", "Max core file size 0 0 bytes ", "Max core file size 0 0 bytes ", "0");
  }

  private static String hardened(List<String> before) throws Exception {
    List<String> line = new ArrayList<>(before);
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Hardened.class.getName()));
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
