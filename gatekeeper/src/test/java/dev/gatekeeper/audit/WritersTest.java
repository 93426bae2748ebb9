package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writers that are stopped, interrupted, many, or shut out. */
@Timeout(120)
final class WritersTest {
  @TempDir Path folder;

  /** A process that is stopped inside an append keeps the lock; the system frees it with it. */
  @Test
  void aStoppedHolderOfTheLockIsNamedAndTheLogHealsAfterIt() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 3);
    Path output = folder.resolve("out");
    Process strace =
        Appender.start(
            List.of(
                Tools.require("strace").toString(),
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-P",
                log.resolve(SampleLog.SEGMENT).toString(),
                "-e",
                "trace=fdatasync",
                "-e",
                "inject=fdatasync:signal=STOP:when=2"),
            log,
            3,
            output);
    while (Appender.acknowledged(output) < 0) {
      Thread.onSpinWait();
    }
    long first = Appender.acknowledged(output);
    ProcessHandle stopped = strace.children().findFirst().orElseThrow();
    while (!Files.readString(Path.of("/proc/" + stopped.pid() + "/stat"))
        .matches("(?s).*\\) [Tt] .*")) {
      Thread.onSpinWait();
    }
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      AuditFault fault = CrashTest.refused(open);
      assertThat(fault.kind()).isEqualTo(Kind.LOCKED);
      assertThat(fault.text())
          .contains("append.lock has been held by process " + stopped.pid() + " for 2000 ms");
      new ProcessBuilder("kill", "-CONT", Long.toString(stopped.pid())).start().waitFor();
      assertThat(strace.waitFor()).isZero();
      assertThat(open.append(Entry.of(Event.CALL_INTENT))).isGreaterThan(first);
    }
    AuditReport report = verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.faults()).isEqualTo(1);
  }

  @Test
  void eightProcessesAppendWhileTheLogIsVerified() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 2);
    List<Process> all = new ArrayList<>();
    List<Path> outputs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      outputs.add(folder.resolve("out-" + i));
      all.add(Appender.start(List.of(), log, 50, outputs.get(i)));
    }
    int rounds = 0;
    while (all.stream().anyMatch(Process::isAlive)) {
      assertThat(verify(log).finding()).isEmpty();
      rounds++;
    }
    assertThat(rounds).isPositive();
    long most = -1;
    for (int i = 0; i < 8; i++) {
      assertThat(all.get(i).waitFor()).isZero();
      most = Math.max(most, Appender.acknowledged(outputs.get(i)));
      // On a machine that is short of time somebody may wait for the lock in vain.
      assertThat(Files.readAllLines(outputs.get(i)))
          .allMatch(line -> line.matches("[0-9]+") || line.startsWith("!LOCKED "));
    }
    AuditReport report = verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.records()).isGreaterThan(most);
  }

  /** Nobody does this; if somebody did, a file would close under the writer. */
  @Test
  void anInterruptOfTheWriterItselfHealsByTheNextRecord() throws Exception {
    Path log = folder.resolve("audit");
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.CALL_INTENT));
      Thread writer =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("audit-appender") && thread.isAlive())
              .findFirst()
              .orElseThrow();
      int taken = 0;
      for (int i = 0; i < 200; i++) {
        writer.interrupt();
        try {
          open.append(Entry.of(Event.CALL_INTENT).with(Field.TOOL, "t" + i));
          taken++;
        } catch (AuditException e) {
          assertThat(e.fault().kind()).isEqualTo(Kind.NOT_WRITABLE);
        }
      }
      assertThat(taken).isPositive();
      writer.interrupt();
      Thread.onSpinWait();
      while (true) {
        try {
          open.append(Entry.of(Event.CALL_INTENT));
          break;
        } catch (AuditException e) {
          assertThat(e.fault().kind()).isEqualTo(Kind.NOT_WRITABLE);
        }
      }
    }
    assertThat(verify(log).finding()).isEmpty();
  }

  @Test
  void aReadOnlyDirectoryRefusesAndGoesOnWhenItCanBeWritten() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 3);
    Path output = folder.resolve("out");
    Appender.start(readOnly(log), log, 2, output).waitFor();
    assertThat(Files.readAllLines(output))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("!NOT_WRITABLE the audit log cannot be"));
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      assertThat(open.append(Entry.of(Event.CALL_INTENT))).isEqualTo(3);
    }
    assertThat(verify(log).finding()).isEmpty();
  }

  /** A mount that root cannot write either, in a name space of its own; chmod for anybody else. */
  private static List<String> readOnly(Path log) throws Exception {
    String bash = Tools.require("bash").toString();
    if (System.getProperty("user.name").equals("root")) {
      String mount = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\"";
      return List.of(Tools.require("unshare").toString(), "-m", bash, "-c", mount, log.toString());
    }
    String chmod = "chmod -R a-w \"$0\"; \"$@\"; chmod -R u+w \"$0\"";
    return List.of(bash, "-c", chmod, log.toString());
  }

  @Test
  void aCallWithAHundredMegabytesOfArgumentsIsOneShortRecord() throws Exception {
    Path log = folder.resolve("audit");
    byte[] huge = new byte[100 << 20];
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      NamedValue blob = new NamedValue("blob", huge, "x".repeat(100_000));
      open.append(Entry.of(Event.CALL_INTENT).arguments(ArgumentsPolicy.FULL, List.of(blob)));
    }
    assertThat(SampleLog.lines(log).get(1).length()).isLessThan(700);
    assertThat(verify(log).finding()).isEmpty();
  }

  /** A state whose keys are gone says so; it is not a new log. */
  @Test
  void zeroedKeysAreNotTakenForANewLog() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 3);
    Files.write(log.resolve("state"), new byte[8192]);
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      AuditFault fault = CrashTest.refused(open);
      assertThat(fault.kind()).isEqualTo(Kind.INCONSISTENT);
      assertThat(fault.text())
          .contains("'state' is missing or damaged", "move that folder away")
          .doesNotContain("recover");
    }
    assertThat(SampleLog.lines(log)).hasSize(3);
  }

  private static AuditReport verify(Path log) throws Exception {
    return AuditVerifier.withoutKey().verify(log);
  }
}
