package dev.gatekeeper.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.wire.Incoming;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a conversation tells its listener, as texts in order. */
final class Heard implements DownstreamListener {
  private static final long PATIENCE_SECONDS = 30;

  private final BlockingQueue<String> all = new LinkedBlockingQueue<>();
  private final List<String> passed = new ArrayList<>();
  volatile String name = "";
  volatile String revision = "";
  private final AtomicInteger inside = new AtomicInteger();

  @Override
  public void received(Incoming frame) {
    assertThat(inside.incrementAndGet()).as("one at a time").isEqualTo(1);
    all.add(
        switch (frame) {
          case Incoming.Received received ->
              new String(received.message().whole().toBytes(), UTF_8);
          case Incoming.Oversize big ->
              "oversize "
                  + big.bytes()
                  + big.id().map(id -> " " + new String(id, UTF_8)).orElse("");
          case Incoming.Malformed bad ->
              "malformed " + bad.why() + bad.id().map(id -> " " + new String(id, UTF_8)).orElse("");
          case Incoming.Batch batch -> "batch";
          case Incoming.NotJson stray -> "not JSON";
          case Incoming.End end -> "end";
        });
    inside.decrementAndGet();
  }

  @Override
  public void unanswered(byte[] id, Loss loss, String text) {
    all.add(loss + " " + new String(id, UTF_8) + " " + text);
  }

  @Override
  public String revision() {
    return revision;
  }

  @Override
  public void named(String session) {
    name = session;
  }

  @Override
  public void ending(String why) {
    all.add("ending: " + why);
  }

  @Override
  public void log(byte[] line) {
    all.add("log " + new String(line, UTF_8));
  }

  @Override
  public void ended(Ended how) {
    all.add("ended: " + how.text());
  }

  /** The first text that begins so; what came before it stays to be asked for. */
  String await(String begin) throws InterruptedException {
    for (String text : passed) {
      if (text.startsWith(begin)) {
        passed.remove(text);
        return text;
      }
    }
    while (true) {
      String text = all.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(text).as("something that begins with " + begin + ", after " + passed).isNotNull();
      if (text.startsWith(begin)) {
        return text;
      }
      passed.add(text);
    }
  }

  /** The answer to this request. */
  String answer(long id) throws InterruptedException {
    return await("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",");
  }

  /** What came and was not asked for. */
  List<String> rest() {
    all.drainTo(passed);
    return List.copyOf(passed);
  }
}
