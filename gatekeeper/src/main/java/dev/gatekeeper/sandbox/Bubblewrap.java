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

  private static final long PATIENCE_SECONDS = 5;
  private static final int SAID = 1_000;

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
   * Whether this system lets it make a sandbox, by one in which {@code true} runs. Waits.
   *
   * @throws UnconfinedException where it does not; has the first line of what it said
   */
  public void demand() throws UnconfinedException {
    List<String> line = List.of(program.toString(), "--ro-bind", "/", "/", "--unshare-pid");
    List<String> all = new ArrayList<>(line);
    all.addAll(List.of("--proc", "/proc", "--unshare-net", "--", "/bin/true"));
    try {
      Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        String said = ended ? new String(process.getInputStream().readNBytes(SAID), UTF_8) : "";
        throw new UnconfinedException(
            "bubblewrap can make no sandbox here: " + said.lines().findFirst().orElse("it hangs"));
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
   * The arguments by which it starts a line within {@code bounds}. Later ones cover earlier ones.
   *
   * @param line an absolute path and the arguments after it
   * @throws UnconfinedException where a directory to write to is not there, or not what it seems
   */
  public List<String> arguments(Bounds bounds, List<String> line) throws UnconfinedException {
    Covered covered = Covered.of(bounds);
    List<String> all = new ArrayList<>(List.of("--ro-bind", "/", "/", "--dev", "/dev"));
    // Not --die-with-parent: the parent it means is the thread that started it.
    all.addAll(List.of("--unshare-pid", "--proc", "/proc", "--unshare-ipc", "--cap-drop", "ALL"));
    if (!bounds.network()) {
      all.add("--unshare-net");
    }
    List<Path> writable = writable(bounds);
    writable.stream().filter(path -> !covered.has(path)).forEach(path -> bind(all, path));
    covered.emptied().forEach(path -> add(all, "--tmpfs", path));
    add(all, "--ro-bind-try", Covered.PROGRAMS, Covered.PROGRAMS);
    if (bounds.network()) {
      add(all, "--ro-bind-try", Covered.RESOLVER, Covered.RESOLVER);
    }
    Path home = Covered.real(bounds.home());
    List<Path> shown = shown(bounds, line);
    shown.stream()
        .filter(path -> covered.hides(path) && !path.startsWith(home))
        .forEach(path -> add(all, "--ro-bind", path, path));
    writable.stream().filter(covered::has).forEach(path -> bind(all, path));
    add(all, "--tmpfs", home);
    shown.stream()
        .filter(path -> path.startsWith(home) && !path.equals(home))
        .forEach(path -> add(all, "--ro-bind", path, path));
    bounds.temporary().filter(covered::hides).ifPresent(path -> add(all, "--dir", path));
    add(all, "--chdir", Covered.real(bounds.directory()));
    all.add("--");
    all.addAll(line);
    return all;
  }

  private static List<Path> shown(Bounds bounds, List<String> line) {
    Path started = Path.of(line.getFirst()).getParent();
    return Stream.concat(
            Stream.of(bounds.project(), bounds.directory(), started), bounds.shown().stream())
        .map(Covered::real)
        .filter(Files::isDirectory)
        .toList();
  }

  private static void bind(List<String> all, Path path) {
    add(all, "--bind", path, path);
  }

  private static void add(List<String> all, String option, Path... paths) {
    all.add(option);
    Stream.of(paths).map(Path::toString).forEach(all::add);
  }

  private static List<Path> writable(Bounds bounds) throws UnconfinedException {
    List<Path> writable = new ArrayList<>();
    for (Path named : bounds.writable()) {
      Path path = named.normalize();
      String what = "its sandbox lets it write below " + path + ", which ";
      if (!Files.isDirectory(path)) {
        throw new UnconfinedException(
            what
                + "is no directory. A person types: mkdir -p '"
                + path.toString().replace("'", "'\\''")
                + "'");
      }
      if (!path.equals(Covered.real(path))) {
        throw new UnconfinedException(
            what + "leads elsewhere by a link: the list is to name where it leads");
      }
      if (path.startsWith(Covered.real(bounds.home()))) {
        throw new UnconfinedException(what + "is the gatekeeper's own");
      }
      if (Covered.isOfKernel(path)) {
        throw new UnconfinedException(what + "no sandbox gives");
      }
      writable.add(path);
    }
    return writable;
  }
}
