package dev.gatekeeper.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessRequestsTest {
  @TempDir Path home;

  private AccessRequests session() {
    return new AccessRequests(home, "/srv/shop", Clock.systemUTC());
  }

  private static AccessRequest wish(String name) {
    return AccessRequest.of("tool", name, "to test");
  }

  @Test
  void anEqualRequestIsKeptOnce() throws Exception {
    AccessRequest first = session().add(wish("a__b"));
    AccessRequest second = session().add(wish("a__b"));

    assertThat(second).isEqualTo(first);
    assertThat(session().count()).isEqualTo(1);
    assertThat(session().waiting().find(first.id())).contains(first);
  }

  @Test
  void itsFileIsOwnerOnly() throws Exception {
    session().add(wish("a__b"));
    assertThat(Files.getPosixFilePermissions(home.resolve("requests.jsonl")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void oneSessionAddsSoManyAndNoMore() throws Exception {
    AccessRequests session = session();
    for (int i = 0; i < AccessRequests.MAX_OF_SESSION; i++) {
      session.add(wish("a__" + i));
    }
    assertThatThrownBy(() -> session.add(wish("a__more")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("this session has made 20 requests");
    assertThat(session.add(wish("a__1")).name()).isEqualTo("a__1");
    assertThat(session.count()).isEqualTo(AccessRequests.MAX_OF_SESSION);
  }

  @Test
  void allSessionsTogetherAddSoManyAndNoMore() throws Exception {
    for (int i = 0; i < AccessRequests.MAX_WAITING; i++) {
      session().add(wish("a__" + i));
    }
    assertThatThrownBy(() -> session().add(wish("a__more")))
        .hasMessageContaining("gatekeeper allowlist requests");
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws Exception {
    Files.writeString(home.resolve("requests.jsonl"), "x".repeat(AccessRequests.MAX_BYTES + 1));
    assertThatThrownBy(() -> session().add(wish("a__b"))).isInstanceOf(IOException.class);
  }

  @Test
  void manyThatAddAtOnceLoseNothing() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int n = i;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      session().add(wish("a__" + n));
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(session().count()).isEqualTo(8);
  }

  @Test
  void whatWasWrittenIsReadBack() throws Exception {
    String odd = "\u202e\"\\\n\ud800 end";
    AccessRequest kept = session().add(AccessRequest.of("secret", odd, odd));

    assertThat(session().waiting().requests()).containsExactly(kept);
    assertThat(session().remove(kept.id())).isTrue();
    assertThat(session().remove(kept.id())).isFalse();
    assertThat(session().count()).isZero();
  }
}
