package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code bin/gatekeeper} makes of its surroundings before Java does. */
final class LauncherSurroundingsTest extends LauncherFixture {
  /** Java opens files of its own, under the numbers that are free. */
  @Test
  void aDescriptorThatNobodyGaveIsNoneLater() throws Exception {
    Path jdk = jdk("usr/lib/jvm/java-25", "25.0.1");
    built();
    for (String number : List.of("7", "12")) {
      environment.put("GATEKEEPER_PASSPHRASE_FD", number);
      assertThat(run("serve").exit()).isZero();
      assertThat(Files.readAllLines(jdk.resolve("environment")))
          .contains("GATEKEEPER_PASSPHRASE_FD=closed");
    }
    environment.put("GATEKEEPER_PASSPHRASE_FD", "7");
    Path given = root.resolve("given");
    script(given, "#!/bin/sh\nexec '" + launcher + "' \"$@\" 7</dev/null\n");
    launcher = given;
    assertThat(run("serve").exit()).isZero();
    assertThat(Files.readAllLines(jdk.resolve("environment")))
        .contains("GATEKEEPER_PASSPHRASE_FD=7");
  }

  /** Java would name no file that is not ASCII, and read a file of its own in their place. */
  @Test
  void aLocaleAndStreamsThatAreNotThereAreReplaced() throws Exception {
    Path jdk = jdk("usr/lib/jvm/java-25", "25.0.1");
    Path opened = root.resolve("opened");
    script(
        jdk.resolve("bin/java"),
        "#!/bin/sh\nreadlink /dev/fd/0 >'%1$s'; env >>'%1$s'\n".formatted(opened));
    built();
    environment.put("LANG", "xx_YY.UTF-8");
    script(path.resolve("locale"), "#!/bin/sh\necho ANSI_X3.4-1968\n");
    Path given = root.resolve("given");
    script(given, "#!/bin/sh\nexec '" + launcher + "' \"$@\" <&- >&-\n");
    launcher = given;
    assertThat(run("serve").exit()).isZero();
    assertThat(Files.readAllLines(opened)).startsWith("/dev/null").doesNotContain("LC_ALL=C.UTF-8");
    assertThat(run("status").exit()).isZero();
    assertThat(Files.readAllLines(opened)).startsWith("/dev/null").contains("LC_ALL=C.UTF-8");
    environment.put("GATEKEEPER_HOME", "/made-up/h\u00f6me");
    assertThat(run("serve").exit()).isZero();
    assertThat(Files.readAllLines(opened)).contains("LC_ALL=C.UTF-8");
  }
}
