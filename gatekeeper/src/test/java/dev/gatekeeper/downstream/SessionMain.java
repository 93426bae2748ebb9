package dev.gatekeeper.downstream;

import dev.gatekeeper.wire.Incoming;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A session in a process of its own, for a test to end in every way. Prints what its server logs,
 * and ends as {@code serve} does: at the end of stdin, and in a shutdown hook.
 */
public final class SessionMain {
  private SessionMain() {}

  /** Runs one server: the shell script {@code arguments[0]}. */
  public static void main(String[] arguments) throws LaunchException, IOException {
    Watchdog watchdog = new Watchdog();
    PrintStream out = System.out;
    DownstreamListener printing =
        new DownstreamListener() {
          @Override
          public void received(Incoming frame) {}

          @Override
          public void log(byte[] line) {
            out.println(new String(line, StandardCharsets.UTF_8));
            out.flush();
          }

          @Override
          public void ended(Ended how) {}
        };
    Runtime.getRuntime().addShutdownHook(new Thread(watchdog::close));
    StdioProcess.start(Recording.shell(arguments[0]), printing, watchdog);
    while (System.in.read() >= 0) {
      // Only its end matters.
    }
    System.exit(0);
  }
}
