package dev.gatekeeper.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Confines a process by bubblewrap, with the namespaces of Linux: the file system is read-only but
 * for what its {@link Bounds} name; directories for temporary files and for sockets are its own and
 * empty; it sees no process but its own; without network it reaches itself alone.
 *
 * <p>What it does not do: hide what its user may read. Sockets that lie elsewhere can be reached,
 * and with network those without a file (abstract ones), too.
 */
public final class Bubblewrap {
  /** Where a system keeps it, and only root writes. The agent chooses what is on its PATH. */
  private static final List<Path> PLACES =
      Stream.of("/usr/bin", "/usr/local/bin", "/bin", "/run/current-system/sw/bin")
          .map(place -> Path.of(place, "bwrap"))
          .toList();

  private static final List<Path> OF_KERNEL =
      Stream.of("/proc", "/dev", "/sys").map(Path::of).toList();

  private static final long PATIENCE_SECONDS = 5;
  private static final int SAID = 1_000;

  /**
   * As root, too, in a user namespace that may have no other in it: in one of its own it could
   * mount what it likes, its cgroup among it, and kill what runs outside. What root owns in {@code
   * /proc} it could write without any capability. Not --die-with-parent: the parent that it means
   * is the thread that started it.
   */
  private static final List<String> CONFINED =
      List.of(
          "--dev",
          "/dev",
          "--unshare-user",
          "--disable-userns",
          "--unshare-pid",
          "--proc",
          "/proc",
          "--remount-ro",
          "/proc",
          "--unshare-ipc",
          "--cap-drop",
          "ALL");

  /** The programs of NixOS lie in a directory that is emptied. */
  private static final String PROGRAMS = "/run/current-system";

  /** Mostly it leads to a file there. The sockets beside that are for nobody: they ask the net. */
  private static final Path RESOLVER = Path.of("/etc/resolv.conf");

  private final Path program;

  private Bubblewrap(Path program) {
    this.program = program;
  }

  /**
   * The one of this system.
   *
   * @throws UnconfinedException where there is none; says what to install
   */
  public static Bubblewrap ofSystem() throws UnconfinedException {
    return among(PLACES);
  }

  static Bubblewrap among(List<Path> places) throws UnconfinedException {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")) {
      throw new UnconfinedException(
          "its entry asks for a sandbox, which can be had on Linux only; it runs here once a"
              + " reviewed list has none for it");
    }
    return new Bubblewrap(
        places.stream()
            .filter(Bubblewrap::isOfSystem)
            .findFirst()
            .orElseThrow(
                () ->
                    new UnconfinedException(
                        "its entry asks for a sandbox, and there is no bubblewrap. A person types:"
                            + " sudo apt install bubblewrap")));
  }

  /** Who could replace a file of root could replace the kernel as well. */
  private static boolean isOfSystem(Path file) {
    try {
      Path real = file.toRealPath();
      return Files.isExecutable(real)
          && Integer.valueOf(0).equals(Files.getAttribute(real, "unix:uid"))
          && !Files.getPosixFilePermissions(real).contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether this system lets it make a sandbox, by one in which it says its version. Waits.
   *
   * @throws UnconfinedException where it does not; has the first line of what it said
   */
  public void demand() throws UnconfinedException {
    List<String> all = new ArrayList<>(List.of(program.toString(), "--ro-bind", "/", "/"));
    all.addAll(CONFINED);
    all.addAll(List.of("--unshare-net", "--", program.toString(), "--version"));
    try {
      Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new UnconfinedException("bubblewrap hangs");
      }
      if (process.exitValue() != 0) {
        String said = new String(process.getInputStream().readNBytes(SAID), UTF_8);
        throw new UnconfinedException(
            "bubblewrap can make no sandbox here: "
                + said.lines().findFirst().orElse("it does not say why"));
      }
    } catch (IOException e) {
      throw new UnconfinedException("bubblewrap cannot be started: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnconfinedException("bubblewrap was not waited for");
    }
  }

  /** The program to start: an absolute path. */
  public Path program() {
    return program;
  }

  /**
   * The arguments by which it starts a line within {@code bounds}.
   *
   * @param line an absolute path and the arguments after it
   * @throws UnconfinedException where a directory to write to is not there, or not what it seems
   */
  public List<String> arguments(Bounds bounds, List<String> line) throws UnconfinedException {
    List<String> all = new ArrayList<>(List.of("--ro-bind", "/", "/"));
    all.addAll(CONFINED);
    if (!bounds.network()) {
      all.add("--unshare-net");
    }
    for (Laid laid : Laid.of(bounds, writable(bounds), line)) {
      all.addAll(laid.arguments());
      if (laid.path().equals(Laid.RUN)) {
        all.addAll(List.of("--ro-bind-try", PROGRAMS, PROGRAMS));
        if (bounds.network()) {
          String resolver = Laid.real(RESOLVER).toString();
          all.addAll(List.of("--ro-bind-try", resolver, resolver));
        }
      }
    }
    all.addAll(List.of("--chdir", Laid.real(bounds.directory()).toString(), "--"));
    all.addAll(line);
    return all;
  }

  private static List<Path> writable(Bounds bounds) throws UnconfinedException {
    List<Path> writable = new ArrayList<>();
    for (Path named : bounds.writable()) {
      Path path = named.normalize();
      String what = "its sandbox lets it write below " + path + ", which ";
      if (!Files.isDirectory(path)) {
        String hint =
            Files.exists(path)
                ? ""
                : ". A person types: mkdir -p '" + path.toString().replace("'", "'\\''") + "'";
        throw new UnconfinedException(what + "is no directory" + hint);
      }
      if (!path.equals(Laid.real(path))) {
        throw new UnconfinedException(
            what + "leads elsewhere by a link: the list is to name where it leads");
      }
      Path home = Laid.real(bounds.home());
      if (path.startsWith(home) || home.startsWith(path)) {
        // One above: it would move ours away, and put its own there.
        throw new UnconfinedException(
            what + "is the gatekeeper's own, or above that (" + home + ")");
      }
      if (OF_KERNEL.stream().anyMatch(path::startsWith)) {
        throw new UnconfinedException(what + "no sandbox gives");
      }
      writable.add(path);
    }
    return writable;
  }
}
