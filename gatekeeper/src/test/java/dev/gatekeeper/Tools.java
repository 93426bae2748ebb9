package dev.gatekeeper;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /** Fails in CI and aborts elsewhere, with {@code reason}; never returns. */
  public static RuntimeException missing(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionFailedError(reason);
    }
    throw new TestAbortedException(reason);
  }
}
