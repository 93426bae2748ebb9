package dev.gatekeeper.holder;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers on a socket, out of an open vault, until its term is over, the vault is closed, the file
 * has another key, or nothing leads to it any more.
 *
 * <p>A client is given one question and little time. Where there are too many, the one that has
 * kept silent for longest is hung up on: who asks at once is answered, however many others hold
 * connections.
 */
final class KeyHolder {
  private static final int MAX_CLIENTS = 32;
  private static final int MAX_ANSWERING = 2; // each reads lists, and verifies signatures
  private static final long CLIENT_MILLIS = 5_000;
  private static final long TICK_MILLIS = 500;
  private static final int TICKS_OF_A_LOOK = 20; // at the whole file: every ten seconds

  private final ServerSocketChannel server;
  private final Peer peer;
  private final Whereabouts whereabouts;
  private final OpenSecrets vault;
  private final HeldValues values;
  private final Releases releases;
  private final WrittenGrants grants;
  private final Term term;
  private final KillSwitch killSwitch;
  private final byte[] seed;
  private final Set<Client> clients = new LinkedHashSet<>();
  private final Semaphore answering = new Semaphore(MAX_ANSWERING, true);
  private volatile boolean doubtful;
  private @Nullable String ended;

  /** One connection. */
  private static final class Client {
    private final SocketChannel channel;
    private final long since = System.nanoTime();
    private boolean asked;

    private Client(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /**
   * @param server bound, in a directory of ours
   * @param seed of the Ed25519 key that signs answers
   */
  KeyHolder(
      ServerSocketChannel server,
      Peer peer,
      Whereabouts whereabouts,
      OpenSecrets vault,
      HeldValues values,
      Releases releases,
      WrittenGrants grants,
      Term term,
      KillSwitch killSwitch,
      byte[] seed) {
    this.server = server;
    this.peer = peer;
    this.whereabouts = whereabouts;
    this.vault = vault;
    this.values = values;
    this.releases = releases;
    this.grants = grants;
    this.term = term;
    this.killSwitch = killSwitch;
    this.seed = seed;
  }

  /** Answers until it ends, and says why it did. */
  String run() {
    Thread.ofPlatform().daemon().name("holder-clock").start(this::tick);
    while (true) {
      try {
        SocketChannel channel = server.accept();
        if (peer.isUs(channel)) {
          admit(new Client(channel));
        } else {
          channel.close();
        }
      } catch (IOException e) {
        end("it cannot listen any more");
        return because();
      }
    }
  }

  private synchronized String because() {
    return String.valueOf(ended);
  }

  private void admit(Client client) {
    synchronized (this) {
      if (clients.size() >= MAX_CLIENTS && !hangUpOnTheSilent()) {
        close(client);
        return;
      }
      clients.add(client);
    }
    Thread.ofPlatform().daemon().name("holder-client").start(() -> serve(client));
  }

  private boolean hangUpOnTheSilent() {
    for (Iterator<Client> each = clients.iterator(); each.hasNext(); ) {
      Client client = each.next();
      if (!client.asked) {
        each.remove();
        close(client);
        return true;
      }
    }
    return false;
  }

  private void serve(Client client) {
    try {
      byte[] frame = Frame.read(client.channel);
      Optional<Question> question = Question.parse(frame);
      synchronized (this) {
        client.asked = true;
      }
      if (question.isPresent()) {
        answering.acquire();
        try {
          Frame.write(client.channel, answer(question.get()).print(frame, seed));
        } finally {
          answering.release();
        }
        if (question.get() instanceof Question.End) {
          end("it was asked to");
        }
      }
    } catch (IOException e) {
      return; // it hung up, or was hung up on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        clients.remove(client);
      }
      close(client);
    }
  }

  private Answer answer(Question question) {
    return switch (question) {
      case Question.Presence _ -> Answer.text(Answer.GIVEN, "");
      case Question.End _ -> Answer.text(Answer.GIVEN, "");
      case Question.Require(var project, var entry, var references) ->
          guarded(
              () -> {
                for (String reference : references) {
                  Optional<String> refusal = releases.refusal(project, entry, reference);
                  if (refusal.isPresent()) {
                    return Answer.text(Answer.REFUSED, refusal.get());
                  }
                }
                long generation = values.require(project, references);
                return new Answer(
                    Answer.GIVEN, ByteBuffer.allocate(Long.BYTES).putLong(generation).array());
              });
      case Question.Reveal(var project, var entry, var reference, var pid, var numbers) ->
          guarded(
              () -> {
                boolean granted = grants.use(pid, entry, reference, numbers); // also by a refusal
                Optional<String> refusal = releases.refusal(project, entry, reference);
                if (refusal.isPresent()) {
                  return Answer.text(Answer.REFUSED, refusal.get());
                }
                return granted
                    ? value(project, reference)
                    : Answer.text(
                        Answer.REFUSED,
                        "no grant of this process for it is in the log, or it was used");
              });
    };
  }

  private Answer value(String project, String reference) throws VaultException {
    byte[][] copy = new byte[1][];
    try (SecretValue value = values.reveal(project, reference)) {
      value.revealTo(bytes -> copy[0] = bytes.clone());
    }
    return new Answer(Answer.GIVEN, copy[0]); // wiped when it is printed
  }

  private interface Giving {
    Answer give() throws VaultException, CannotJudge;
  }

  /** Not after the end of the term, however late the clock ticks. */
  private Answer guarded(Giving giving) {
    if (isOver()) {
      return Answer.text(Answer.REFUSED, "its time is over");
    }
    try {
      return giving.give();
    } catch (VaultException e) {
      if (!opensByItsKey()) {
        doubtful = true; // it ends when it has answered
        return Answer.text(Answer.REFUSED, "the vault has another key, or cannot be read");
      }
      String hint = e.hint().map(typed -> "\n" + typed).orElse("");
      return Answer.text(Answer.FAULT, e.getMessage() + hint);
    } catch (CannotJudge | RuntimeException e) {
      return Answer.text(Answer.REFUSED, "judging it failed");
    }
  }

  private boolean opensByItsKey() {
    try {
      Header _ = vault.header();
      return true;
    } catch (VaultException e) {
      return false;
    }
  }

  private boolean isOver() {
    if (term.isOver()) {
      end("its time is over");
    } else if (killSwitch.state().closed()) {
      end("the vault was closed");
    }
    synchronized (this) {
      return ended != null;
    }
  }

  private void tick() {
    for (int ticks = 0; !isOver(); ticks++) {
      try {
        TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        if (!whereabouts.isBound()) {
          end("its socket is gone");
        } else if (doubtful || ticks % TICKS_OF_A_LOOK == 0) {
          look(ticks > 0);
        }
      } catch (InterruptedException e) {
        return;
      }
      hangUpOnTheSlow();
    }
  }

  /**
   * @param announced whether it has had the time to be
   */
  private void look(boolean announced) {
    try {
      if (!whereabouts.isAnnounced(vault.header()) && announced) {
        end("another one was announced, or none");
      }
    } catch (VaultException e) {
      end("the vault has another key, or cannot be read");
    }
  }

  private void hangUpOnTheSlow() {
    long now = System.nanoTime();
    synchronized (this) {
      for (Client client : clients) {
        if (now - client.since > TimeUnit.MILLISECONDS.toNanos(CLIENT_MILLIS)) {
          close(client);
        }
      }
    }
  }

  private void end(String why) {
    synchronized (this) {
      if (ended == null) {
        ended = why;
        vault.close();
        Arrays.fill(seed, (byte) 0);
      }
    }
    try {
      server.close();
    } catch (IOException e) {
      return; // the process ends
    }
  }

  private static void close(Client client) {
    try {
      client.channel.close();
    } catch (IOException e) {
      return; // it is gone
    }
  }
}
