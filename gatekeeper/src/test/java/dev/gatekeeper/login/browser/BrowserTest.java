package dev.gatekeeper.login.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class BrowserTest {
  private static final String ADDRESS = "https://login.example/a?x=$(id)&y=`id`;z";

  @TempDir Path folder;

  @Test
  void theVariableComesFirstAndThenThePlatform() {
    assertThat(
            new Browser(Map.of("BROWSER", "one --new:two %s -q", "DISPLAY", ":0"), "Linux")
                .commands(ADDRESS))
        .startsWith(
            List.of("one", "--new", ADDRESS),
            List.of("two", ADDRESS, "-q"),
            List.of("xdg-open", ADDRESS),
            List.of("wslview", ADDRESS));
    assertThat(new Browser(Map.of(), "Mac OS X").commands(ADDRESS))
        .containsExactly(List.of("/usr/bin/open", ADDRESS));
    assertThat(new Browser(Map.of(), "Linux").commands(ADDRESS)).isEmpty();
  }

  @Test
  @Timeout(20)
  void itIsOneArgumentAndOurVariablesStayWithUs() throws Exception {
    Path seen = folder.resolve("seen");
    Path program = folder.resolve("browser");
    Files.writeString(
        program,
        "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$1\" \"$GATEKEEPER_PASSPHRASE_FILE\" \"$KEPT\" > '"
            + seen
            + ".part'\nmv '"
            + seen
            + ".part' '"
            + seen
            + "'\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> environment =
        Map.of(
            "BROWSER", "/no/such/program:" + program,
            "GATEKEEPER_PASSPHRASE_FILE", "/made-up",
            "PATH", "/usr/bin:/bin",
            "KEPT", "kept");
    assertThat(new Browser(environment, "Linux").open(URI.create("https://a.example/?b=c&d=%60")))
        .isTrue();
    while (!Files.exists(seen)) {
      Thread.sleep(10);
    }
    assertThat(Files.readAllLines(seen))
        .containsExactly("1", "https://a.example/?b=c&d=%60", "", "kept");
  }

  @Test
  void withoutAProgramItSaysSo() {
    assertThat(
            new Browser(Map.of("BROWSER", "relative/program:nothing-of-this-name"), "Linux")
                .open(URI.create("https://a.example")))
        .isFalse();
  }
}
