package dev.gatekeeper.http;

import static dev.gatekeeper.http.RawServer.answer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.http.HttpFault.Reach;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the client believes. */
final class TlsTest {
  @TempDir Path folder;

  private static String get(Connector connector, Address address) throws HttpFault {
    Outgoing request = Outgoing.get(address).with("authorization", "Bearer made-up-token");
    return new String(Document.of(connector, request, Bounds.DOCUMENT, 1_000).body(), UTF_8);
  }

  private void untrusted(Optional<Path> caFile, TestCertificates with, String why)
      throws Exception {
    ServerSocket socket = with.socket();
    try (RawServer server = new RawServer(socket, true, answer(200, "there"));
        Connector connector = Connector.of(caFile, Optional.empty())) {
      assertThatThrownBy(() -> get(connector, server.address("/made-up")))
          .isInstanceOfSatisfying(
              HttpFault.class, fault -> assertThat(fault.reach()).isEqualTo(Reach.UNSENT))
          .hasMessageContaining(why)
          .message()
          .doesNotContain("made-up");
      assertThat(server.seen()).isEmpty();
    }
  }

  @Test
  void anAuthorityOfTheEntryCountsBesideThePlatforms() throws Exception {
    TestCertificates certificates = TestCertificates.in(folder, "ip:127.0.0.1", "-validity", "2");
    try (RawServer server = new RawServer(certificates.socket(), true, answer(200, "there"));
        Connector connector = Connector.of(Optional.of(certificates.ca()), Optional.empty())) {
      assertThat(get(connector, server.address("/"))).isEqualTo("there");
    }
  }

  @Test
  void nobodyElseIsBelieved() throws Exception {
    TestCertificates certificates = TestCertificates.in(folder, "ip:127.0.0.1", "-validity", "2");
    untrusted(Optional.empty(), certificates, "from no authority that this machine knows");
  }

  @Test
  void aCertificateIsForItsName() throws Exception {
    TestCertificates certificates =
        TestCertificates.in(folder, "dns:other.example", "-validity", "2");
    untrusted(Optional.of(certificates.ca()), certificates, "for another name than 127.0.0.1");
  }

  @Test
  void aCertificateEnds() throws Exception {
    TestCertificates certificates =
        TestCertificates.in(folder, "ip:127.0.0.1", "-startdate", "-10d", "-validity", "2");
    untrusted(Optional.of(certificates.ca()), certificates, "has expired");
  }

  @Test
  void aServerWithoutTlsGetsNothing() throws Exception {
    try (RawServer server = new RawServer(answer(200, "there"));
        Connector connector = Connector.of(Optional.empty(), Optional.empty())) {
      Address address = Address.parse("https://127.0.0.1:" + server.port() + "/");
      assertThatThrownBy(() -> get(connector, address)).isInstanceOf(HttpFault.class);
      assertThat(server.seen()).isEmpty();
    }
  }

  @Test
  void aFileOfCertificatesHoldsThemAndNothingElse() throws Exception {
    Path file = folder.resolve("ca.pem");
    assertThatThrownBy(() -> Connector.of(Optional.of(file), Optional.empty()))
        .hasMessage("the file of ca, " + file + ", cannot be read");
    Files.writeString(file, "");
    assertThatThrownBy(() -> Connector.of(Optional.of(file), Optional.empty()))
        .hasMessageContaining("holds no certificate");
    Files.writeString(file, "made-up-token");
    assertThatThrownBy(() -> Connector.of(Optional.of(file), Optional.empty()))
        .hasMessageContaining("the file of ca, " + file)
        .message()
        .doesNotContain("made-up");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> Connector.of(Optional.of(file), Optional.empty()))
        .hasMessageContaining("more than");
  }
}
