package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.pin.AuthorityPin;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.TestCertificates;
import dev.gatekeeper.proxy.approval.Asking;
import dev.gatekeeper.remote.FakeRemote;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who a remote server may be, and who is let in there: certificates and logins of the entry. */
@Timeout(120)
final class RemoteAccessTest {
  private static final String ALL = ",\"tools\":{\"allow\":[\"*\"]}";

  @TempDir Path directory;
  private FakeRemote server;

  @BeforeEach
  void open() throws Exception {
    server = new FakeRemote();
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  private TestAgent agent(String more) throws Exception {
    return agent(more, Asking.PATIENCE);
  }

  private TestAgent agent(String more, Duration patience) throws Exception {
    return agent(more, patience, world -> {});
  }

  private TestAgent agent(String more, Duration patience, Consumer<Surroundings> locking)
      throws Exception {
    TestAgent agent =
        new TestAgent(
            directory,
            "\"far\":{\"reason\":\"test\",\"owner\":\"test\",\"type\":\"http\",\"url\":\""
                + server.url()
                + "\""
                + ALL
                + more
                + "}",
            (statement, signature) -> false,
            patience);
    locking.accept(agent.world());
    agent.initialize("{\"elicitation\":{},\"roots\":{}}");
    return agent;
  }

  private void vault() throws Exception {
    Files.createDirectories(directory.resolve("home"));
    VaultFixture.create(directory.resolve("home/vault")).close();
  }

  @Test
  void anAuthorityOfTheEntryIsTrusted() throws Exception {
    TestCertificates certificates =
        TestCertificates.in(directory, "ip:127.0.0.1", "-validity", "2");
    try (FakeRemote secure = new FakeRemote(certificates.socket())) {
      server.close();
      server = secure;
      try (TestAgent agent = agent(",\"ca\":\"authority.pem\"")) {
        agent.call("1", "far__echo");
        assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      }
      SortedMap<String, Json> locked = AuthorityPin.of(Connector.digest(certificates.ca()));
      assertThat(withLock(Optional.of(locked))).contains("\"text\":\"echo\"");
      assertThat(withLock(Optional.empty())).contains("the file of its ca is not locked");
      assertThat(withLock(Optional.of(new TreeMap<>()))).contains("ca is not locked");
      Files.writeString(certificates.ca(), Files.readString(certificates.ca()) + "\n");
      assertThat(withLock(Optional.of(locked))).contains("is not the one that was locked");
    }
  }

  private String withLock(Optional<SortedMap<String, Json>> pins) throws Exception {
    try (TestAgent agent =
        agent(
            ",\"ca\":\"authority.pem\"",
            Asking.PATIENCE,
            world ->
                world
                    .launching()
                    .startBy(
                        () -> {
                          throw new AssertionError("there is no program");
                        },
                        name -> pins))) {
      agent.call("1", "far__echo");
      return agent.answer("1");
    }
  }

  @Test
  void whereAnEntryNamesALoginThatNobodyHasThePersonIsTold() throws Exception {
    vault();
    try (TestAgent agent = agent(",\"oauth\":{\"login\":\"work\"}")) {
      String told = "far needs a login. A person types: gatekeeper login far";
      agent.call("1", "far__echo");
      String dialog = agent.await(line -> line.contains("elicitation/create"), "a dialog");
      assertThat(dialog).contains(told);
      Matcher id = Pattern.compile("\"id\":(\\d+)").matcher(dialog);
      assertThat(id.find()).isTrue();
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":{\"action\":\"cancel\"}}");
      assertThat(agent.answer("1")).contains(told);
      agent.call("2", "far__echo"); // whom nobody answered nobody asks again
      assertThat(agent.answer("2")).contains(told);
      assertThat(server.raw().connections()).isZero();
    }
  }

  @Test
  void aPersonWhoIsAwayIsNotWaitedForWithoutEnd() throws Exception {
    vault();
    try (TestAgent agent = agent(",\"oauth\":{\"login\":\"work\"}", Duration.ofMillis(10))) {
      agent.call("1", "far__echo");
      assertThat(agent.answer("1")).contains("A person types: gatekeeper login far");
      agent.await(line -> line.contains("notifications/cancelled"), "the dialog's withdrawal");
    }
  }
}
