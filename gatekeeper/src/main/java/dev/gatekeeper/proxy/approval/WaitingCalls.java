package dev.gatekeeper.proxy.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.audit.Receipt;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.proxy.question.Dialogs;
import dev.gatekeeper.trust.approval.ApprovalException;
import dev.gatekeeper.trust.approval.ApprovalRequest;
import dev.gatekeeper.trust.approval.Approvals;
import dev.gatekeeper.trust.approval.AskedCall;
import dev.gatekeeper.trust.approval.Pending;
import dev.gatekeeper.wire.Printable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calls under {@code ask}, for as long as a person is waited for.
 *
 * <p>All of it happens on a thread of its own, which begins with the first such call: the folder is
 * looked at there, and no reader waits. A call that was approved is judged once more before it goes
 * on: the list that it was asked under must still count.
 */
public final class WaitingCalls {
  /** Characters of arguments that a dialog shows: a screenful. What is longer needs a terminal. */
  private static final int MAX_DIALOG = 4_000;

  private static final long LOOK_MILLIS = 200; // a person does not notice it

  /** Bytes of arguments that are looked at: what is longer is not shown to a person anyway. */
  private static final int MAX_ARGUMENTS = 4 * ApprovalRequest.MAX_SHOWN;

  /** What becomes of a call. One of the last two is called, once, unless it was cancelled. */
  public interface Verdict {
    /** It waits from now on; the text is for the person who looks at the agent. */
    void waits(String text);

    /** The person approved it, by the request of this id. */
    void passes(String request);

    /** It does not pass; the text is for the agent. */
    void refuses(String text);
  }

  private final Surroundings world;
  private final ApprovalTerms terms;
  private final Asking asking;
  private final Dialogs dialogs;

  /** Calls on their way that a person's signature let pass, until they have ended. */
  private final Map<Call, Passed> passed = new ConcurrentHashMap<>();

  private @Nullable ScheduledThreadPoolExecutor thread;

  private record Passed(Pending pending, String rule) {}

  public WaitingCalls(Surroundings world, ApprovalTerms terms, Asking asking, Dialogs dialogs) {
    this.world = world;
    this.terms = terms;
    this.asking = asking;
    this.dialogs = dialogs;
  }

  /** Whether a person can be asked for such a call: not for what a client does while one types. */
  public static boolean canWait(Subject subject) {
    return subject instanceof Subject.ToolCall
        || subject instanceof Subject.PromptGet
        || subject instanceof Subject.ResourceRead;
  }

  /** Puts a call before a person. Returns at once. */
  public void ask(
      Call call, Subject subject, String rule, Optional<Slice> arguments, Verdict verdict) {
    if (arguments.isPresent() && arguments.get().length() > MAX_ARGUMENTS) {
      verdict.refuses("its arguments are longer than a person reads");
      return;
    }
    byte[] given = arguments.map(Slice::toBytes).orElseGet(() -> "{}".getBytes(UTF_8));
    executor().execute(() -> put(new Waiting(call, subject, rule, verdict), given));
  }

  /**
   * A call fails. Where its server never got it, and now never will, the approval that it passed by
   * counts again, for one equal call: closed vaults and limits cost a person nothing.
   *
   * @return whether it counts again
   */
  public boolean failed(Call call) {
    Passed by = passed.remove(call);
    if (by == null || !call.staysBehind()) {
      return false;
    }
    world.journal().approval(call, by.rule(), "returned", by.pending().id(), receipt -> {});
    later(() -> asking.approvals().restore(by.pending()), 0); // before a retry is looked at
    return true;
  }

  /** A call has ended, however it did. */
  public void ended(Call call) {
    passed.remove(call);
  }

  private synchronized ScheduledThreadPoolExecutor executor() {
    ScheduledThreadPoolExecutor known = thread;
    if (known == null) {
      known =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("gatekeeper-approvals").factory());
      known.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
      thread = known;
    }
    return known;
  }

  /** The session ends: what waits is taken back. */
  public synchronized void close() {
    ScheduledThreadPoolExecutor known = thread;
    if (known == null) {
      return;
    }
    known.shutdown();
    try {
      asking.approvals().close();
    } catch (IOException e) {
      world.say("requests for approval could not be removed; they expire");
    }
  }

  /** One call that waits. Its state belongs to the thread of this class. */
  private static final class Waiting {
    private final Call call;
    private final Subject subject;
    private final String rule;
    private final Verdict verdict;
    private OptionalLong dialog = OptionalLong.empty();
    private boolean answered;

    Waiting(Call call, Subject subject, String rule, Verdict verdict) {
      this.call = call;
      this.subject = subject;
      this.rule = rule;
      this.verdict = verdict;
    }
  }

  private void put(Waiting one, byte[] given) {
    try {
      String canonical = CanonicalJson.of(given, MAX_ARGUMENTS);
      Call call = one.call;
      AskedCall asked =
          new AskedCall(
              asking.project(),
              call.target().server(),
              call.isToolCall() ? call.target().name() : call.method() + " " + call.target().name(),
              terms.listDigest(),
              Digest.sha256(canonical.getBytes(UTF_8)));
      String shown =
          new String(world.redactor().text(PrettyJson.of(canonical).getBytes(UTF_8)), UTF_8);
      Pending pending = asking.approvals().ask(asked, shown);
      long end = System.nanoTime() + asking.patience().toNanos();
      world
          .journal()
          .approval(
              call,
              one.rule,
              "asked",
              pending.id(),
              receipt -> asked(receipt, one, pending, asked, shown, end));
    } catch (JsonException e) {
      one.verdict.refuses("its arguments have no one form that could be approved: " + e.why());
    } catch (ApprovalException e) {
      one.verdict.refuses(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      world.say("asking for an approval failed: " + e.getClass().getSimpleName());
      one.verdict.refuses("the request could not be written down for a person");
    }
  }

  private void asked(
      Receipt receipt, Waiting one, Pending pending, AskedCall asked, String shown, long end) {
    switch (receipt) {
      case Receipt.Durable durable -> {
        if (!pending.isApproved()) {
          one.verdict.waits("waits for a person: gatekeeper allowlist approve " + pending.id());
          later(() -> show(one, pending, asked, shown), 0);
        }
        later(() -> look(one, pending, asked, end), 0);
      }
      case Receipt.Refused refused -> {
        later(() -> withdraw(pending), 0);
        one.verdict.refuses(
            "refused: the audit log cannot record the request: " + refused.fault().text());
      }
    }
  }

  private void later(Runnable task, long millis) {
    ScheduledThreadPoolExecutor known = executor();
    if (!known.isShutdown()) {
      var _ = known.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** In the client's own dialog, where a person said that it counts, and all of it fits. */
  private void show(Waiting one, Pending pending, AskedCall asked, String shown) {
    if (!one.answered
        && shown.length() <= MAX_DIALOG
        && terms.dialogApproves()
        && !one.call.isEnded()) {
      one.dialog =
          dialogs.open(
              message(asked, shown), reply -> later(() -> replied(one, pending, asked, reply), 0));
    }
  }

  private static String message(AskedCall call, String shown) {
    return "gatekeeper: let the agent call "
        + Printable.of(call.tool())
        + " of server "
        + call.server()
        + ", this once?\n"
        + shown.lines().map(Printable::of).collect(Collectors.joining("\n"));
  }

  private void replied(Waiting one, Pending pending, AskedCall asked, Dialogs.Reply reply) {
    one.dialog = OptionalLong.empty();
    // A person may have answered at a terminal meanwhile, or taken the setting back.
    if (one.answered || reply == Dialogs.Reply.NONE || !terms.dialogApproves()) {
      return;
    }
    boolean counts;
    try {
      counts = asking.approvals().accept(pending);
    } catch (IOException e) {
      world.say("a request for approval could not be removed; it expires");
      counts = false;
    }
    if (!counts || one.call.isEnded()) {
      return; // the next look says so
    }
    one.answered = true;
    boolean accepted = reply == Dialogs.Reply.ACCEPTED;
    world
        .journal()
        .dialog(
            one.call,
            one.rule,
            accepted ? "approved" : "denied",
            pending.id(),
            receipt -> later(() -> decided(receipt, accepted, one, pending, asked), 0));
  }

  private void decided(
      Receipt receipt, boolean accepted, Waiting one, Pending pending, AskedCall asked) {
    switch (receipt) {
      case Receipt.Refused refused ->
          one.verdict.refuses(
              "refused: the audit log cannot record the approval: " + refused.fault().text());
      case Receipt.Durable durable -> {
        if (accepted) {
          approved(one, pending, asked);
        } else {
          one.verdict.refuses("a person denied this call (request " + pending.id() + ")");
        }
      }
    }
  }

  /** Nothing that the dialog still says counts. */
  private void settle(Waiting one) {
    one.answered = true;
    one.dialog.ifPresent(dialogs::withdraw);
    one.dialog = OptionalLong.empty();
  }

  private void look(Waiting one, Pending pending, AskedCall asked, long end) {
    if (one.answered) {
      return;
    }
    if (one.call.isEnded()) {
      settle(one);
      withdraw(pending);
      world.journal().approval(one.call, one.rule, "withdrawn", pending.id(), receipt -> {});
      return;
    }
    Approvals.Answer answer;
    try {
      answer = asking.approvals().look(pending);
    } catch (IOException e) {
      world.say("looking for an approval failed: " + e.getClass().getSimpleName());
      answer = Approvals.Answer.WAITING;
    }
    if (answer != Approvals.Answer.WAITING && answer != Approvals.Answer.FORGED) {
      settle(one);
    }
    switch (answer) {
      case WAITING -> waitOn(one, pending, asked, end);
      case FORGED -> {
        world.say("an answer to request " + pending.id() + " is not signed by the vault's key");
        world.journal().approval(one.call, one.rule, "forged", pending.id(), receipt -> {});
        waitOn(one, pending, asked, end);
      }
      case APPROVED -> {
        passed.put(one.call, new Passed(pending, one.rule));
        approved(one, pending, asked);
        if (one.call.isEnded()) {
          ended(one.call);
        }
      }
      case DENIED ->
          one.verdict.refuses("a person denied this call (request " + pending.id() + ")");
      case EXPIRED ->
          one.verdict.refuses("nobody approved this call in time (request " + pending.id() + ")");
    }
  }

  private void waitOn(Waiting one, Pending pending, AskedCall asked, long end) {
    if (System.nanoTime() - end < 0) {
      later(() -> look(one, pending, asked, end), LOOK_MILLIS);
      return;
    }
    settle(one);
    asking.approvals().release(pending);
    one.verdict.refuses(
        "waits for a person's approval, request "
            + pending.id()
            + ". The person types in a terminal: gatekeeper allowlist approve "
            + pending.id()
            + " . Afterwards call it again with the same arguments: the approval counts for that"
            + " call, once.");
  }

  private void approved(Waiting one, Pending pending, AskedCall asked) {
    boolean stillAsked =
        world.decide(one.subject) instanceof Decision.NeedsApproval
            && terms.listDigest().equals(asked.list());
    if (stillAsked) {
      one.verdict.passes(pending.id());
    } else {
      one.verdict.refuses(
          "the allow-list changed while the call waited (request "
              + pending.id()
              + "); call it again");
    }
  }

  private void withdraw(Pending pending) {
    try {
      asking.approvals().withdraw(pending);
    } catch (IOException e) {
      world.say("a request for approval could not be removed; it expires");
    }
  }
}
