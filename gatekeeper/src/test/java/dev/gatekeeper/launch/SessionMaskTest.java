package dev.gatekeeper.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server calls our session reaches it again where it needs that, and nobody else. */
final class SessionMaskTest implements DownstreamListener {
  private static final String NAME = "made-up-session-1";

  private final List<Incoming> heard = new ArrayList<>();
  private final SessionMask mask = new SessionMask("far", this);

  @Override
  public void received(Incoming frame) {
    heard.add(frame);
  }

  @Override
  public String revision() {
    return "2025-03-26";
  }

  @Override
  public void unanswered(byte[] id, Loss loss, String text) {}

  @Override
  public void log(byte[] line) {}

  @Override
  public void ended(Ended how) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"jsonrpc":"2.0","id":1,"result":{"a":"NAME"}} | {"jsonrpc":"2.0","id":1,"result":{"a":"[session:far]"}}
          {"jsonrpc":"2.0","id":"NAME-0","method":"m","params":{"a":"NAME"}} | {"jsonrpc":"2.0","id":"NAME-0","method":"m","params":{"a":"[session:far]"}}
          {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"NAME-0","reason":"NAME"}} | {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"NAME-0","reason":"[session:far]"}}
          {"jsonrpc":"2.0","method":"other","params":{"requestId":"NAME"}} | {"jsonrpc":"2.0","method":"other","params":{"requestId":"[session:far]"}}
          """)
  void theNameIsMaskedButForTheIdsOfTheServersOwnRequests(String said, String passed)
      throws Exception {
    mask.named(NAME);
    mask.received(new Incoming.Received(Message.of(said.replace("NAME", NAME).getBytes(UTF_8))));
    assertThat(heard).hasSize(1);
    assertThat(
            new String(((Incoming.Received) heard.getFirst()).message().whole().toBytes(), UTF_8))
        .isEqualTo(passed.replace("NAME", NAME));
  }

  /** Without it a batch of this server would not be taken apart. */
  @Test
  void theRevisionIsTheListeners() {
    assertThat(mask.revision()).isEqualTo("2025-03-26");
  }

  @Test
  void whatCannotBeSearchedDoesNotPassAndIsAnswered() throws Exception {
    mask.named(NAME);
    mask.ended(new Ended.OfSession("was ended", Duration.ZERO)); // with it the mask
    String said = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";
    mask.received(new Incoming.Received(Message.of(said.getBytes(UTF_8))));
    assertThat(heard).hasSize(1).first().isInstanceOf(Incoming.Malformed.class);
    assertThat(((Incoming.Malformed) heard.getFirst()).id()).hasValue("7".getBytes(UTF_8));
  }
}
