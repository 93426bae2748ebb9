package dev.gatekeeper.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KillSwitchTest {
  @TempDir Path folder;
  private Home home;
  private Path file;

  @BeforeEach
  void layOut() throws Exception {
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.toRealPath().resolve("home").toString()));
    file = home.resolve("switch");
  }

  @Test
  void nobodyHasClosedANewVault() {
    assertThat(KillSwitch.in(home).state()).isEqualTo(new KillSwitch.State(false, 0));
  }

  @Test
  void everySessionSeesIt() throws Exception {
    KillSwitch.State before = KillSwitch.in(home).state();
    KillSwitch.in(home).close();

    KillSwitch.State after = KillSwitch.in(home).state();
    assertThat(after).isEqualTo(new KillSwitch.State(true, 1));
    assertThat(after.endsWhatWasGivenAt(before)).isTrue();
    assertThat(after.endsWhatWasGivenAt(after)).isFalse();
  }

  @Test
  void oneThatWasOpenedAMomentLaterIsNotMissed() throws Exception {
    KillSwitch.State before = KillSwitch.in(home).state();
    KillSwitch.in(home).close();
    KillSwitch.in(home).open();

    KillSwitch.State after = KillSwitch.in(home).state();
    assertThat(after).isEqualTo(new KillSwitch.State(false, 1));
    assertThat(after.endsWhatWasGivenAt(before)).isTrue();
  }

  @Test
  void whatCannotBeReadSaysClosed() throws Exception {
    KillSwitch.in(home).open();
    for (String text : new String[] {"", "open", "gatekeeper-switch/2 open 0000000000000000\n"}) {
      Files.writeString(file, text);
      assertThat(KillSwitch.in(home).state().closed()).as(text).isTrue();
    }
    Files.writeString(file, "x".repeat(10_000));
    assertThat(KillSwitch.in(home).state().closed()).isTrue();
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(KillSwitch.in(home).state().closed()).isTrue();
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertThat(KillSwitch.in(home).state().closed()).isTrue();
  }

  @Test
  void aRunningSessionIsNotToldOtherwiseByDeletingIt() throws Exception {
    KillSwitch session = KillSwitch.in(home);
    KillSwitch.in(home).close();
    assertThat(session.state().closed()).isTrue();
    Files.delete(file);

    assertThat(session.state().closed()).isTrue();
  }
}
