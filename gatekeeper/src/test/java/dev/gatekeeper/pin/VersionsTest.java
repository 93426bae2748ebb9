package dev.gatekeeper.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.pin.cache.PinException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VersionsTest {
  @TempDir Path folder;

  private List<String> exact(Registry registry, String line) throws Exception {
    Tools.require("npm");
    List<String> words = Arrays.asList(line.split(" ", -1));
    Pins.Line typed = new Pins.Line(words.getFirst(), words.subList(1, words.size()), folder);
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    return new Pins(home, new TestWitness()).exact(typed, registry.person(folder.resolve("me")));
  }

  private static Registry registry() throws IOException {
    return new Registry()
        .publish("acme", "1.0.0", "", new Archive())
        .publish("acme", "1.2.0", "", new Archive())
        .publish("acme", "2.0.0", "", new Archive());
  }

  @Test
  void aNameARangeAndATagBecomeAVersion() throws Exception {
    try (Registry registry = registry()) {
      assertThat(exact(registry, "npx -y acme x")).containsExactly("-y", "acme@2.0.0", "x");
      assertThat(exact(registry, "npx acme@^1.0.0 acme")).containsExactly("acme@1.2.0", "acme");
      assertThat(exact(registry, "npx --package=acme@latest run acme"))
          .containsExactly("--package=acme@2.0.0", "run", "acme");
    }
  }

  @Test
  void whatIsExactOrFetchesNothingIsLeftAlone() throws Exception {
    try (Registry registry = new Registry()) {
      assertThat(exact(registry, "npx acme@1.0.0")).containsExactly("acme@1.0.0");
      assertThat(exact(registry, "node server.js")).containsExactly("server.js");
    }
  }

  @Test
  void aPackageThatDoesNotExistIsSaid() throws Exception {
    try (Registry registry = registry()) {
      assertThatThrownBy(() -> exact(registry, "npx no-such-thing"))
          .isInstanceOf(PinException.class);
      assertThatThrownBy(() -> exact(registry, "npx acme@^9.0.0")).isInstanceOf(PinException.class);
    }
  }
}
