package dev.gatekeeper.audit;

import dev.gatekeeper.audit.chain.ChainHead;
import dev.gatekeeper.audit.chain.State;
import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Moment;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/** What the log itself has to say, as bodies from {@code ,"time"} on. */
final class OwnRecords {
  private final AuditOptions options;

  OwnRecords(AuditOptions options) {
    this.options = options;
  }

  byte[] logOpen(State state, Map<String, byte[]> recipients, Moment moment) {
    return body(
        introduction(Event.LOG_OPEN, state, state.epoch, 0, state.head.key(), recipients)
            .put(Field.IDENTITY, ChainHead.base64(state.identity.publicKey())),
        moment);
  }

  /** Introduces the epoch that is pending; its MAC key begins with the record after this one. */
  byte[] keyEpoch(State state, Epoch next, Map<String, byte[]> recipients, Moment moment) {
    long firstKey = next.first() + 1;
    return body(
        introduction(Event.KEY_EPOCH, state, next, firstKey, state.pendingMacKey, recipients),
        moment);
  }

  private static Entry introduction(
      Event event,
      State state,
      Epoch epoch,
      long firstKey,
      byte[] macKey,
      Map<String, byte[]> recipients) {
    return Entry.of(event)
        .put(Field.EPOCH, Long.toString(epoch.number()))
        .put(Field.EPOCH_KEY, ChainHead.base64(epoch.key().publicKey()))
        .put(Field.MAC_SEAL, Epoch.seal(state.logId, firstKey, macKey, recipients));
  }

  /** Where there is nothing to say but that it happened. */
  byte[] of(Event event, Moment moment) {
    return body(Entry.of(event), moment);
  }

  /**
   * A person had the log recovered. Where records were lost, a new epoch begins with this one.
   *
   * @param recipients of that epoch
   */
  byte[] recovered(State state, Map<String, byte[]> recipients, Moment moment) {
    boolean loss = state.isLoss();
    Entry entry =
        loss
            ? introduction(
                Event.RECOVER, state, state.epoch, state.recoverAt, state.head.key(), recipients)
            : Entry.of(Event.RECOVER);
    String reason =
        loss
            ? "records " + state.recoverAt + " to " + (state.lostTo - 1) + " are lost"
            : "a sync failed";
    return body(
        entry
            .with(Field.REASON, reason)
            .with(Field.SIZE, state.asideSize)
            .with(Field.DIGEST, "sha256:" + HexFormat.of().formatHex(state.asideDigest)),
        moment);
  }

  /** A torn end was set aside. */
  byte[] recover(byte[] torn, byte[] digest, Moment moment) {
    return body(
        Entry.of(Event.RECOVER)
            .with(Field.SIZE, torn.length)
            .with(Field.REASON, "torn end")
            .with(Field.DIGEST, "sha256:" + HexFormat.of().formatHex(digest)),
        moment);
  }

  /** Records were refused, and are taken again now. */
  byte[] fault(AuditFault fault, long refused, Moment moment) {
    return body(
        Entry.of(Event.FAULT)
            .with(Field.ERROR, fault.kind().name().toLowerCase(Locale.ROOT))
            .with(Field.REASON, refused + " records were refused"),
        moment);
  }

  /** Somebody set the clock. */
  byte[] clockStep(long millis, Moment moment) {
    return body(
        Entry.of(Event.CLOCK_STEP).with(Field.REASON, (millis > 0 ? "+" : "") + millis + " ms"),
        moment);
  }

  private byte[] body(Entry entry, Moment moment) {
    return entry.rest(moment, options.context().values());
  }
}
