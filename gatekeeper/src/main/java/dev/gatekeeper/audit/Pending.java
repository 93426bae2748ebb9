package dev.gatekeeper.audit;

import dev.gatekeeper.audit.record.Moment;
import java.util.function.Consumer;

/** A record on its way into the log, and whom to tell. */
final class Pending {
  private final Entry entry;
  private final Moment moment;
  private final byte[] rest;
  private final boolean awaited;
  private final Consumer<Receipt> done;

  Pending(Entry entry, Moment moment, byte[] rest, boolean awaited, Consumer<Receipt> done) {
    this.entry = entry;
    this.moment = moment;
    this.rest = rest;
    this.awaited = awaited;
    this.done = done;
  }

  Entry entry() {
    return entry;
  }

  Moment moment() {
    return moment;
  }

  byte[] rest() {
    return rest;
  }

  /** Whether somebody does nothing until it is taken or refused; others are told whenever it is. */
  boolean isAwaited() {
    return awaited;
  }

  void durable(long n) {
    done.accept(new Receipt.Durable(n));
  }

  void refuse(AuditFault fault) {
    done.accept(new Receipt.Refused(fault));
  }
}
