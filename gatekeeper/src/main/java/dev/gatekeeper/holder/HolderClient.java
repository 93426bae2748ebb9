package dev.gatekeeper.holder;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.Base64Url;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks the key holder of a home. It is told names, and never a secret; what it answers counts where
 * the key signed it that somebody announced who knew the passphrase.
 */
public final class HolderClient {
  /** An answer takes a few milliseconds; a holder that was stopped gives none. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  /** Stands before the name of a secret of the project's team vault. */
  public static final String TEAM = "team:";

  private final Announcement announcement;

  private HolderClient(Announcement announcement) {
    this.announcement = announcement;
  }

  /**
   * The holder that was announced last, alive or not; empty where there was none for this vault.
   *
   * @param header of the vault that the session trusts
   */
  public static Optional<HolderClient> find(Home home, Header header) {
    return Announcement.find(home, header).map(HolderClient::new);
  }

  /** The file that a holder is announced in: who waits for one looks whether it changed. */
  public static Path announcement(Home home) {
    return Announcement.file(home);
  }

  /** When it ends, if it is not ended before. */
  public Instant until() {
    return announcement.until();
  }

  /** The holder's process. */
  public long pid() {
    return announcement.pid();
  }

  /** Whether it answers. */
  public boolean isThere() {
    try {
      ask(new Question.Presence());
      return true;
    } catch (HolderException e) {
      return false;
    }
  }

  /** Ends it; true where it said that it does. */
  public boolean end() {
    try {
      ask(new Question.End());
      return true;
    } catch (HolderException e) {
      return false;
    }
  }

  /**
   * Whether it would give all of these to an entry.
   *
   * @return the vault's generation
   */
  public long require(String project, String entry, List<String> references)
      throws HolderException {
    byte[] content = ask(new Question.Require(project, entry, references)).content();
    if (content.length != Long.BYTES) {
      throw HolderException.unreachable("the key holder is of another version");
    }
    return ByteBuffer.wrap(content).getLong();
  }

  /**
   * One value, to be closed.
   *
   * @param grants numbers of all records by which this process granted it for what it is about to
   *     do; they are used then, whatever the answer
   */
  public SecretValue reveal(String project, String entry, String reference, List<Long> grants)
      throws HolderException {
    return reveal(project, entry, reference, grants, ProcessHandle.current().pid());
  }

  SecretValue reveal(String project, String entry, String reference, List<Long> grants, long pid)
      throws HolderException {
    byte[] content = ask(new Question.Reveal(project, entry, reference, pid, grants)).content();
    if (content.length == 0) {
      throw HolderException.unreachable("the key holder is of another version");
    }
    return SecretValue.taking(content);
  }

  private Answer ask(Question question) throws HolderException {
    byte[] nonce = new byte[Question.NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    byte[] asked = question.print(nonce);
    Answer answer =
        Answer.parse(exchange(asked.clone()), asked, Base64Url.parse(announcement.key()));
    return switch (answer.kind()) {
      case Answer.GIVEN -> answer;
      case Answer.REFUSED -> throw HolderException.refused(answer.text());
      case Answer.FAULT -> throw HolderException.fault(answer.text());
      default -> throw HolderException.unreachable("the key holder is of another version");
    };
  }

  private byte[] exchange(byte[] frame) throws HolderException {
    CountDownLatch done = new CountDownLatch(1);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      Thread.ofPlatform().daemon().name("holder-limit").start(() -> limit(channel, done));
      channel.connect(UnixDomainSocketAddress.of(announcement.socket()));
      if (!new Peer(announcement.socket().resolveSibling(".").normalize()).isUs(channel)) {
        throw HolderException.unreachable("another user answers in its place");
      }
      Frame.write(channel, frame);
      return Frame.read(channel);
    } catch (IOException | UnsupportedOperationException e) {
      throw HolderException.unreachable("the key holder does not answer");
    } finally {
      done.countDown();
    }
  }

  private static void limit(SocketChannel channel, CountDownLatch done) {
    try {
      if (!done.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        channel.close();
      }
    } catch (InterruptedException | IOException e) {
      return; // the exchange ends by itself
    }
  }
}
