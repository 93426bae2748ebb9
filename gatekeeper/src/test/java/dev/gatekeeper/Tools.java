package dev.gatekeeper;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Programs of the machine that a test needs. */
public final class Tools {
  private Tools() {}

  /**
   * The absolute path of {@code program}. Where it is missing the test fails in CI, so that no
   * proof is skipped unseen there, and is aborted with this reason elsewhere.
   */
  public static Path require(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () -> missing("this test needs the program '" + program + "', not on the PATH"));
  }

  /**
   * Aborts, also in CI, where the kernel lets this user make no namespaces, as within many
   * containers: no package gives that right.
   */
  public static void requireNamespaces() throws IOException, InterruptedException {
    String program = require("bwrap").toString();
    List<String> line =
        List.of(program, "--ro-bind", "/", "/", "--unshare-user", "--unshare-pid", "--proc");
    List<String> all = new ArrayList<>(line);
    all.addAll(List.of("/proc", program, "--version"));
    if (new ProcessBuilder(all).inheritIO().start().waitFor() != 0) {
      throw new TestAbortedException("this machine lets nobody make namespaces");
    }
  }

  /** Fails in CI and aborts elsewhere, with {@code reason}; never returns. */
  public static RuntimeException missing(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionFailedError(reason);
    }
    throw new TestAbortedException(reason);
  }
}
