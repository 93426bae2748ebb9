package dev.gatekeeper.pin;

import dev.gatekeeper.allowlist.pin.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the lock calls this machine. */
public final class Machine {
  private Machine() {}

  /** The platform that we run on, as node calls it. */
  public static Platform platform() {
    boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
    String architecture =
        switch (System.getProperty("os.arch", "")) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64" -> "arm64";
          case String other -> other.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        };
    return new Platform(
        (mac ? "darwin-" : "linux-") + architecture + (!mac && isMusl() ? "-musl" : ""));
  }

  /** Whether the C library is musl: its loader has a name of its own. */
  private static boolean isMusl() {
    try (var loaders = Files.newDirectoryStream(Path.of("/lib"), "ld-musl-*")) {
      return loaders.iterator().hasNext();
    } catch (IOException e) {
      return false;
    }
  }
}
