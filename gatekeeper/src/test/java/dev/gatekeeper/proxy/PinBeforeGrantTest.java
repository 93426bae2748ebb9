package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.pin.Pins;
import dev.gatekeeper.pin.Witness;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server whose program is not the locked one is granted nothing; it does not even look so. */
@Timeout(120)
final class PinBeforeGrantTest {
  @TempDir Path directory;

  @Test
  void nothingIsGrantedForAProgramThatWillNotStart() throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      VaultFixture.put(vault, "token", "made-up-value-of-a-token");
    }
    Path program = Files.writeString(directory.resolve("own"), "#!/bin/sh\nexec cat\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String entry =
        "\"own\":{\"reason\":\"t\",\"owner\":\"t\",\"command\":\""
            + program
            + "\",\"env\":{\"TOKEN\":\"secret:token\"},\"tools\":{\"allow\":[\"*\"]}}";
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", directory.resolve("home").toString()));
    Pins pins = new Pins(home, new Nobody());
    SortedMap<String, Json> pinned = new TreeMap<>();
    pinned.put(
        pins.here().name(),
        JsonReader.read(
            "{\"kind\":\"binary\",\"files\":{},\"program\":\"sha256:%s\"}"
                .formatted("0".repeat(64)),
            fault -> {}));
    try (TestAgent agent = new TestAgent(directory, entry)) {
      agent.world().launching().startBy(() -> pins, name -> Optional.of(pinned));
      agent.initialize("{}");
      agent.request("1", "tools/call", "{\"name\":\"own__x\",\"arguments\":{}}");
      assertThat(agent.answer("1")).contains("is not the program that the lock names");
      assertThat(agent.audit())
          .doesNotContain(
              "\"event\":\"grant\"", "\"event\":\"revoke\"", "\"event\":\"server.start\"");
    }
  }

  /** Its definitions may change with the token; the program may not. */
  @Test
  void aDynamicServerThatNobodyLockedIsNotStartedAndSaysWhy() throws Exception {
    Path ran = directory.resolve("ran");
    Path program =
        Files.writeString(directory.resolve("own"), "#!/bin/sh\n: > '" + ran + "'\nexec cat\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String entry =
        "\"own\":{\"reason\":\"t\",\"owner\":\"t\",\"dynamic\":\"depends on the"
            + " token\",\"command\":\""
            + program
            + "\",\"tools\":{\"allow\":[\"*\"]}}";
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", directory.resolve("home").toString()));
    try (TestAgent agent = new TestAgent(directory, entry)) {
      agent.world().launching().startBy(() -> new Pins(home, new Nobody()), agent.world()::pins);
      agent.initialize("{}");
      agent.request("1", "tools/list", "{}");
      assertThat(agent.answer("1")).doesNotContain("own__");
      String type = "its program is not locked. A person types: gatekeeper allowlist lock own";
      agent.request("2", "tools/call", "{\"name\":\"own__x\",\"arguments\":{}}");
      assertThat(agent.answer("2")).contains(type);
      agent.call("3", "gatekeeper_status");
      assertThat(agent.answer("3")).contains(type);
    }
    assertThat(ran).doesNotExist();
  }

  /** Vouches for no interpreter: none is used. */
  private static final class Nobody implements Witness {
    @Override
    public byte[] sign(byte[] statement) {
      throw new AssertionError("nothing is recorded here");
    }

    @Override
    public boolean verifies(byte[] statement, byte[] signature) {
      return false;
    }
  }
}
