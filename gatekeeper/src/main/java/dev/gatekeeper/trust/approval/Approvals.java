package dev.gatekeeper.trust.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.Home;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What one session asked of a person, and what came of it.
 *
 * <p>The first attacker is the agent's own shell, which reads and writes the same files. Therefore
 * nothing that is read back counts but a signature, and that over the very bytes which this session
 * keeps in memory: the arguments as shown, their digest, the list, the expiry, and 128 bits that
 * belong to this session. An altered request gets a signature for what it was altered to; the
 * approval of another session, an earlier one, or one that was used and put back fits nothing that
 * is waited for. What was used is gone from memory before the call goes on, so that a crash, at any
 * moment, costs an approval and never doubles one. It comes back, into memory alone, where whoever
 * sends the call vouches that it was not sent and never will be.
 *
 * <p>A request ends at its expiry by whichever clock says so first: the wall clock, also where it
 * went forward and back again between two looks, or one that nobody can set.
 */
public final class Approvals implements AutoCloseable {
  /** How long an answer counts: enough to fetch a person, too short to be forgotten. */
  public static final Duration LIFETIME = Duration.ofMinutes(15);

  /** Requests of one session that wait at once: more are a loop, and not for a person to read. */
  static final int MAX_WAITING = 32;

  /** How far back a clock is set by its own upkeep; further back is a reason to ask anew. */
  private static final Duration SLEW = Duration.ofSeconds(5);

  private static final char[] ALPHABET = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();
  private static final int ID_CHARACTERS = 8; // 40 bits: unequal by chance, easy to type
  private static final int NONCE_BYTES = 16;

  /** Checks a signature of the vault's trust key as this session knew it from its start. */
  public interface TrustKey {
    /** Whether the key signed {@code statement}. */
    boolean signed(byte[] statement, byte[] signature);
  }

  /** What came of a request. */
  public enum Answer {
    WAITING,
    /** Approved, and used by being told: said once. */
    APPROVED,
    DENIED,
    EXPIRED,
    /** An answer lay there that the person's key did not sign for this request; it still waits. */
    FORGED
  }

  private final ApprovalFolder folder;
  private final TrustKey key;
  private final Clock clock;
  private final LongSupplier nanos;
  private final SecureRandom random = new SecureRandom();
  private final String session;
  private final Map<String, Pending> pending = new LinkedHashMap<>();
  private Instant latest = Instant.MIN;

  /** The requests of a new session. */
  public Approvals(Home home, TrustKey key, Clock clock) {
    this(home, key, clock, System::nanoTime);
  }

  Approvals(Home home, TrustKey key, Clock clock, LongSupplier nanos) {
    this.folder = new ApprovalFolder(home);
    this.key = key;
    this.clock = clock;
    this.nanos = nanos;
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    this.session = HexFormat.of().formatHex(nonce);
  }

  /**
   * Asks for a call, or takes up an equal request that no call waits at any more: so a retry finds
   * the answer to the first attempt, while two equal calls at once need two answers.
   *
   * @param shown the arguments for a person to read, with managed values masked
   * @throws ApprovalException where too much waits already, or it is too much to be read
   */
  public synchronized Pending ask(AskedCall call, String shown)
      throws ApprovalException, IOException {
    sweep();
    Optional<Pending> equal =
        pending.values().stream()
            .filter(one -> !one.isClaimed() && one.request().call().equals(call))
            .reduce((first, other) -> other.isApproved() ? other : first);
    if (equal.isPresent()) {
      equal.get().claim(true);
      return equal.get();
    }
    if (pending.size() >= MAX_WAITING) {
      throw new ApprovalException(
          MAX_WAITING + " calls of this session wait for a person's approval already");
    }
    if (shown.getBytes(UTF_8).length > ApprovalRequest.MAX_SHOWN) {
      throw new ApprovalException(
          "its arguments are longer than a person reads (" + ApprovalRequest.MAX_SHOWN + " bytes)");
    }
    Instant now = clock.instant();
    ApprovalRequest request =
        new ApprovalRequest(id(), session, call, now, now.plus(LIFETIME), shown);
    folder.ask(request);
    Pending one = new Pending(request, nanos.getAsLong(), LIFETIME);
    pending.put(one.id(), one);
    return one;
  }

  /** Looks for an answer. {@link Answer#APPROVED} is told to one caller, once. */
  public synchronized Answer look(Pending one) throws IOException {
    if (pending.get(one.id()) != one || isExpired(one)) {
      forget(one);
      return Answer.EXPIRED;
    }
    if (one.isApproved()) {
      pending.remove(one.id());
      return Answer.APPROVED;
    }
    Optional<ApprovalFolder.Reply> reply = folder.reply(one.id());
    if (reply.isEmpty()) {
      return Answer.WAITING;
    }
    if (reply.get().denied()) {
      forget(one);
      return Answer.DENIED;
    }
    boolean signed =
        reply.get().signature().isPresent()
            && key.signed(one.request().statement(), reply.get().signature().get());
    if (!signed) {
      folder.discardReply(one.id());
      return Answer.FORGED;
    }
    pending.remove(one.id()); // used from here on, whatever becomes of the files
    boolean mine = folder.take(one.id());
    folder.remove(one.id());
    return mine ? Answer.APPROVED : Answer.EXPIRED;
  }

  /**
   * Gives back what {@link #look} told to be approved: until it expires, one equal call of this
   * session passes by it. No file says so, so that nobody else can use or copy it.
   *
   * @param one whose call was not sent, and can no longer be
   */
  public synchronized void restore(Pending one) {
    if (!isExpired(one) && pending.size() < MAX_WAITING) {
      one.approve();
      one.claim(false);
      pending.put(one.id(), one);
    }
  }

  /**
   * Uses the request up: a person let the call pass in the client's own dialog, where that counts.
   *
   * @return false where it is over, or answered otherwise
   */
  public synchronized boolean accept(Pending one) throws IOException {
    boolean waits = pending.get(one.id()) == one && !isExpired(one);
    forget(one);
    return waits;
  }

  /** Nobody waits any longer; until it expires an equal call takes the request up. */
  public synchronized void release(Pending one) {
    one.claim(false);
  }

  /** Takes the request back: the call was cancelled. */
  public synchronized void withdraw(Pending one) throws IOException {
    forget(one);
  }

  /** Takes back all that waits. */
  @Override
  public synchronized void close() throws IOException {
    for (String id : pending.keySet()) {
      folder.remove(id);
    }
    pending.clear();
  }

  private void forget(Pending one) throws IOException {
    if (pending.remove(one.id(), one)) {
      folder.remove(one.id());
    }
  }

  private void sweep() throws IOException {
    for (Pending one : List.copyOf(pending.values())) {
      if (isExpired(one)) {
        forget(one);
      }
    }
  }

  private boolean isExpired(Pending one) {
    Instant now = clock.instant();
    latest = latest.isBefore(now) ? now : latest;
    return one.isOver(nanos.getAsLong())
        || !latest.isBefore(one.request().expires())
        || now.plus(SLEW).isBefore(one.request().asked());
  }

  private String id() {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < ID_CHARACTERS; i++) {
      id.append(ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    return id.toString();
  }
}
