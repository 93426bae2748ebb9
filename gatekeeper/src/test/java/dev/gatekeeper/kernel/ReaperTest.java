package dev.gatekeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

final class ReaperTest {
  private static void await(String what, BooleanSupplier happened) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!happened.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void leavesTheJdksChildrenToTheJdk() throws Exception {
    Child ours = KernelTest.spawn("cat");
    for (int i = 0; i < 50; i++) {
      Process theirs = new ProcessBuilder("/bin/sh", "-c", "exit 9").start();
      assertThat(theirs.waitFor()).isEqualTo(9);
    }
    ours.stdin().close();
    assertThat(KernelTest.exit(ours).code()).hasValue(0);
  }

  /** One whose exit status was taken from it counts as done, says the JDK: exit status 0. */
  @Test
  void leavesTheJdksChildrenToTheJdkBesideLabelledOnes() throws Exception {
    ProcessLabel label = ProcessLabel.ofNewSession().launch(1);
    Child ours = Kernel.spawn(KernelTest.request("cat", Optional.of(label)));
    for (int i = 0; i < 200; i++) {
      Process theirs = new ProcessBuilder("/bin/sh", "-c", "exit 9").start();
      assertThat(Processes.label(theirs.pid())).isEmpty();
      assertThat(theirs.waitFor()).isEqualTo(9);
    }
    ours.stdin().close();
    KernelTest.exit(ours);
  }

  @Test
  void leavesTheJdksChildrenToTheJdkInASessionOfTheirOwn() throws Exception {
    Child ours = KernelTest.spawn("cat");
    String setsid = Tools.require("setsid").toString();
    for (int i = 0; i < 20; i++) {
      Process theirs = new ProcessBuilder(setsid, "/bin/sh", "-c", "exit 9").start();
      assertThat(theirs.waitFor()).isEqualTo(9);
    }
    ours.stdin().close();
    assertThat(KernelTest.exit(ours).code()).hasValue(0);
  }

  @Test
  void reapsWhatALabelledProcessLeftBehind() throws Exception {
    Tools.require("setsid");
    ProcessLabel label = ProcessLabel.ofNewSession().launch(1);
    Child child =
        Kernel.spawn(
            KernelTest.request(
                "(setsid sh -c 'sleep 1000 >&- 2>&- & echo $!' &); cat >/dev/null",
                Optional.of(label)));
    byte[] line = new byte[32];
    int length = child.stdout().read(line);
    long daemon = Long.parseLong(new String(line, 0, length, StandardCharsets.US_ASCII).strip());
    await("adopted", () -> Processes.labelled(label::equals).size() == 3);
    Signal.KILL.to(daemon);
    await("reaped", () -> !Files.exists(Path.of("/proc/" + daemon)));
    child.stdin().close();
    KernelTest.exit(child);
  }

  @Test
  void knowsManyChildrenAtOnce() throws Exception {
    List<Child> children = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      children.add(KernelTest.spawn("exit " + i));
    }
    for (int i = 0; i < 50; i++) {
      assertThat(KernelTest.exit(children.get(i)).code()).hasValue(i);
    }
  }
}
