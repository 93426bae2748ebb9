package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.vault.key.SecretValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A remote that has all the time of the world. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class TokenTransportTest {
  @TempDir Path folder;

  @Test
  void anAnswerThatDripsIsCalledOffAndTheTokenGivenBack() throws Exception {
    Tools.require("git");
    AtomicInteger ended = new AtomicInteger();
    try (TlsRemote tls = TlsRemote.start(folder, folder.resolve("tls"), "ip:127.0.0.1")) {
      tls.drips();
      Credential credential = Credential.of("secret:forge/token", Credential.USER);
      Upstream upstream =
          Upstream.of(tls.url("a.git"), "main").knownBy(tls.authority()).with(credential);
      Tokens tokens =
          asked ->
              new Tokens.Token(
                  SecretValue.taking("made-up".getBytes(US_ASCII)), ended::incrementAndGet);
      try (TokenTransport transport =
          TokenTransport.of(upstream, credential, tokens, Duration.ofSeconds(2))) {
        assertThatThrownBy(transport::tip)
            .isInstanceOf(FollowException.class)
            .hasMessage("the remote does not answer: its answer takes too long");
      }
    }
    assertThat(ended).hasValue(1);
  }
}
