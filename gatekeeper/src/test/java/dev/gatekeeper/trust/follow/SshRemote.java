package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A real {@code sshd} on a port of its own, with a key of its own, that lets one made-up key in.
 */
public final class SshRemote implements AutoCloseable {
  private static final Path SSHD = Path.of("/usr/sbin/sshd");

  private final Process process;
  private final Path scratch;
  private final int port;

  private SshRemote(Process process, Path scratch, int port) {
    this.process = process;
    this.scratch = scratch;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param scratch an empty folder
   */
  public static SshRemote start(Path scratch) throws Exception {
    Path sshd = Files.isExecutable(SSHD) ? SSHD : Tools.require("sshd");
    if (System.getProperty("user.name").equals("root") && !Files.exists(Path.of("/run/sshd"))) {
      throw Tools.missing("sshd needs the folder /run/sshd to run as root (.ci/install makes it)");
    }
    Files.createDirectories(scratch);
    key(scratch.resolve("host"));
    key(scratch.resolve("person"));
    int port = free();
    Path config = scratch.resolve("sshd_config");
    Files.writeString(
        config,
        """
        Port %d
        ListenAddress 127.0.0.1
        HostKey %s/host
        PidFile none
        AuthorizedKeysFile %s/person.pub
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        """
            .formatted(port, scratch, scratch));
    Process process =
        new ProcessBuilder(sshd.toString(), "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(scratch.resolve("said").toFile())
            .start();
    SshRemote remote = new SshRemote(process, scratch, port);
    remote.awaitListening();
    return remote;
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void key(Path file) throws Exception {
    Process made =
        new ProcessBuilder(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "made-up", "-f", file + "")
            .inheritIO()
            .start();
    if (made.waitFor() != 0) {
      throw new AssertionError("ssh-keygen");
    }
  }

  private void awaitListening() throws IOException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (process.isAlive() && System.nanoTime() < end) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        LockSupport.parkNanos(20_000_000);
      }
    }
    close();
    throw new AssertionError(Files.readString(scratch.resolve("said")));
  }

  /** The address of a repository. */
  public String url(Path repository) {
    return "ssh://" + System.getProperty("user.name") + "@127.0.0.1:" + port + repository;
  }

  /**
   * The line of a {@code known_hosts} that names this host, with a key of {@link #key} or its own.
   */
  public byte[] known(Path publicKey) throws IOException {
    List<String> words = List.of(Files.readString(publicKey).split(" ", 3));
    return ("[127.0.0.1]:" + port + " " + words.get(0) + " " + words.get(1) + "\n")
        .getBytes(US_ASCII);
  }

  /** The public half of the host's own key. */
  public Path hostKey() {
    return scratch.resolve("host.pub");
  }

  /** The private half of the key that is let in; the public one lies beside it. */
  public Path personKey() {
    return scratch.resolve("person");
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
