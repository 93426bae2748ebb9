package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Where a socket may be: in a directory that only we can enter, under a name that is new each time,
 * short enough for every system.
 */
final class SocketPlace {
  /** {@code sun_path} has 104 bytes on macOS (108 on Linux), the last one a NUL. */
  static final int MAX_BYTES = 103;

  private SocketPlace() {}

  /**
   * A path for a new socket: in {@code XDG_RUNTIME_DIR}, which ends with the login, else in the
   * home, else in a directory of the user's under {@code /tmp}.
   *
   * @throws IOException where none of them is ours alone
   */
  static Path choose(Home home, Map<String, String> environment) throws IOException {
    byte[] unique = new byte[6];
    new SecureRandom().nextBytes(unique);
    String name = "holder-" + HexFormat.of().formatHex(unique);
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (runtime.startsWith("/") && isOurs(Path.of(runtime))) {
      Path socket = Path.of(runtime).resolve("gatekeeper").resolve(name);
      if (fits(socket)) {
        return in(socket);
      }
    }
    for (Path socket :
        List.of(
            home.resolve("run").resolve(name),
            Path.of("/tmp", "gatekeeper-" + OwnerOnly.user()).resolve(name))) {
      if (fits(socket)) {
        return in(socket);
      }
    }
    throw new AssertionError("the last of them always fits");
  }

  private static Path in(Path socket) throws IOException {
    Path directory = socket.resolveSibling(".").normalize();
    DurableFile.createDirectory(directory);
    OwnerOnly.check(directory);
    return socket;
  }

  private static boolean fits(Path socket) {
    return socket.toString().getBytes(UTF_8).length <= MAX_BYTES;
  }

  private static boolean isOurs(Path directory) {
    try {
      OwnerOnly.check(directory);
      return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return false;
    }
  }
}
