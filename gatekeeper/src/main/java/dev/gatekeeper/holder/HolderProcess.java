package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.kernel.BootClock;
import dev.gatekeeper.kernel.Child;
import dev.gatekeeper.kernel.Descriptor;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.kernel.Signal;
import dev.gatekeeper.kernel.SpawnRequest;
import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The process that holds the key: how it is started, and what it does.
 *
 * <p>It is given the key when it has said that it is hardened: before, every process of the user
 * could read its memory.
 */
public final class HolderProcess {
  /** A loaded machine takes seconds to start a Java VM. */
  private static final Duration START = Duration.ofSeconds(30);

  private static final String HARDENED = "hardened\n";
  private static final String LISTENING = "listening\n";

  private HolderProcess() {}

  /**
   * Starts a holder, in a session of its own, and announces it.
   *
   * @param vault opened by its passphrase
   * @param command a program, by its absolute path, that runs {@link #hold}
   * @param environment of the person; what the holder gets of it is listed here
   * @throws IOException where it did not start, or cannot be announced: then there is none
   */
  public static HolderClient start(
      Home home, OpenVault vault, Term term, List<String> command, Map<String, String> environment)
      throws IOException, VaultException {
    Path socket = SocketPlace.choose(home, environment);
    byte[][] pair = Ed25519.generate();
    Child child =
        Kernel.spawn(
            new SpawnRequest(
                Path.of(command.getFirst()),
                command,
                Environment.of(home, environment),
                Path.of("/"),
                true,
                Stdio.SOCKET,
                Stdio.SOCKET,
                Stdio.NULL,
                Optional.empty()));
    boolean announced = false;
    CountDownLatch done = new CountDownLatch(1);
    Thread.ofPlatform().daemon().name("holder-start").start(() -> limit(child, done));
    try {
      expect(child, HARDENED);
      handOver(child, vault, pair[1], term, socket);
      expect(child, LISTENING);
      Announcement announcement =
          new Announcement(
              vault.header().id(), socket, child.pid(), Base64Url.of(pair[0]), term.until());
      DurableFile.replace(
          Announcement.file(home), announcement.signed(vault.signTrust(announcement.statement())));
      announced = true;
      return HolderClient.find(home, vault.header())
          .orElseThrow(() -> new IOException("the key holder could not be announced"));
    } finally {
      Arrays.fill(pair[1], (byte) 0);
      done.countDown();
      if (!announced) {
        Signal.KILL.toGroup(child.pid());
        Files.deleteIfExists(socket);
      }
    }
  }

  private static void limit(Child child, CountDownLatch done) {
    try {
      if (!done.await(START.toMillis(), TimeUnit.MILLISECONDS)) {
        child.abandon();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void expect(Child child, String word) throws IOException {
    byte[] said = child.stdout().readNBytes(word.length());
    if (!new String(said, US_ASCII).equals(word)) {
      throw new IOException("the key holder did not start");
    }
  }

  private static void handOver(Child child, OpenVault vault, byte[] seed, Term term, Path socket)
      throws IOException {
    IOException[] fault = new IOException[1];
    vault.unsafeRevealKeyTo(
        key ->
            HandOver.print(
                key,
                seed,
                term,
                socket,
                bytes -> {
                  try (OutputStream in = child.stdin()) {
                    in.write(bytes);
                  } catch (IOException e) {
                    fault[0] = e;
                  }
                }));
    if (fault[0] != null) {
      throw fault[0];
    }
  }

  /**
   * What the started process does: takes the key from descriptor 0, says so on {@code out}, and
   * answers until it ends.
   *
   * @return why it ended
   */
  public static String hold(Home home, OutputStream out, Map<String, String> environment)
      throws IOException, VaultException {
    Kernel.harden();
    out.write(HARDENED.getBytes(US_ASCII));
    out.flush();
    byte[] bytes = new byte[HandOver.MAX_BYTES];
    HandOver given = HandOver.parse(bytes, Descriptor.readAndClose(0, bytes));
    InstantSource wall = InstantSource.system();
    Term term = new Term(given.until(), given.bootUntil(), wall, BootClock::now);
    try (OpenSecrets vault = VaultFile.in(home).openByKey(given.vaultKey());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      HeldVault held = new HeldVault(home, vault);
      OpenSecrets _ = held.present(); // reads the log, before anybody waits
      server.bind(UnixDomainSocketAddress.of(given.socket()));
      Whereabouts whereabouts = new Whereabouts(home, given.socket());
      Thread cleaning = new Thread(whereabouts::clean, "holder-end");
      Runtime.getRuntime().addShutdownHook(cleaning);
      KeyHolder holder =
          new KeyHolder(
              server,
              new Peer(given.socket().resolveSibling(".").normalize()),
              whereabouts,
              vault,
              new HeldValues(home, held),
              new Releases(home, held, environment, wall),
              new WrittenGrants(home),
              term,
              KillSwitch.in(home),
              given.seed());
      out.write(LISTENING.getBytes(US_ASCII));
      out.close();
      return holder.run();
    } catch (CannotJudge e) {
      throw new IOException("the log cannot be read: " + e.text());
    }
  }
}
