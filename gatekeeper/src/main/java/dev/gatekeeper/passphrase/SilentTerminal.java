package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.vault.text.VaultException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The terminal while it shows nothing of what is typed, with one prompt; as it was once this is
 * closed, also by ctrl-C.
 *
 * <p>Whoever pastes several lines at a prompt for one has a shell behind it that runs the others
 * and keeps them in its history. So what comes behind a line is read, too, until nothing comes, and
 * thrown away. Over a slow connection that alone would not do: most terminals mark where a paste
 * begins and ends when they are asked to (bracketed paste), and until its end all is one paste.
 */
final class SilentTerminal implements AutoCloseable {
  private static final String MARK_PASTES = "\u001b[?2004h";
  private static final String MARK_NO_PASTES = "\u001b[?2004l";

  /** Between two looks: less than a person sees. */
  private static final Duration LOOK = Duration.ofMillis(20);

  /** Nobody types the next thing as soon; the rest of a paste comes sooner, unless it is slow. */
  private static final Duration QUIET = Duration.ofMillis(250);

  /** The same where a part of a paste is known to have come: nobody waits for an answer then. */
  private static final Duration QUIET_AFTER_A_PART = Duration.ofSeconds(1);

  /** From one look to the next, this process was stopped: a shell had the terminal meanwhile. */
  private static final Duration STOPPED = Duration.ofMillis(200);

  /** What a terminal that keeps lines holds of one: Linux (N_TTY), and macOS (MAX_CANON). */
  private static final int FULL = System.getProperty("os.name", "").startsWith("Mac") ? 1023 : 4095;

  private final FileInputStream in;
  private final FileOutputStream out;
  private final String prompt;
  private final Stty settings;
  private final TypedLine line;
  private final boolean marks;
  private final Thread ending = new Thread(this::interrupt, "terminal-restore");
  private boolean quiet;
  private volatile boolean interrupted;

  /**
   * Changes nothing yet.
   *
   * @param most bytes that a line may have
   * @throws IOException where there is no terminal
   * @throws VaultException where it has no settings to go back to
   */
  SilentTerminal(Path terminal, FileInputStream in, FileOutputStream out, String prompt, int most)
      throws IOException, VaultException {
    this.in = in;
    this.out = out;
    this.prompt = prompt;
    this.settings = new Stty(terminal);
    this.line = new TypedLine(most);
    String kind = Optional.ofNullable(System.getenv("TERM")).orElse("");
    this.marks = !kind.isEmpty() && !kind.equals("dumb"); // that one shows what it does not know
    Runtime.getRuntime().addShutdownHook(ending);
  }

  /**
   * The line that is typed, to be wiped by the caller.
   *
   * @param instead the command that takes what a prompt does not
   * @throws IOException where the terminal went away
   * @throws VaultException where the terminal cannot be made silent, or there is more of the line
   */
  byte[] read(String instead) throws IOException, VaultException {
    settings.silence();
    // Before the prompt: what is pasted at the sight of it is not cut, and may be as long.
    boolean full = in.available() >= FULL;
    ask(""); // only now: what is typed ahead would have been shown
    if (full) {
      throw new VaultException(
          "more was typed before the prompt than a terminal keeps: nothing of it is kept", instead);
    }
    long looked = System.nanoTime();
    while (!line.hasEnded()) {
      if (!look()) {
        LockSupport.parkNanos(LOOK.toNanos());
      }
      long now = System.nanoTime();
      if (now - looked > STOPPED.toNanos()) {
        settings.silence();
        ask("\r");
      }
      looked = now;
    }
    waitUntilQuiet();
    return line.kept(instead);
  }

  private void ask(String before) {
    say((marks ? MARK_PASTES : "") + before + prompt + ": ");
  }

  private void waitUntilQuiet() throws IOException {
    long last = System.nanoTime();
    while (System.nanoTime() - last < (line.isPart() ? QUIET_AFTER_A_PART : QUIET).toNanos()) {
      if (look()) {
        last = System.nanoTime();
      } else {
        LockSupport.parkNanos(LOOK.toNanos());
      }
    }
    quiet = true;
  }

  /** Whether there was anything. */
  private boolean look() throws IOException {
    if (interrupted && !Thread.currentThread().equals(ending)) {
      standStill();
    }
    synchronized (line) {
      int waiting = in.available();
      for (int i = 0; i < waiting; i++) {
        int next = in.read();
        if (next < 0) {
          break; // ctrl-C empties what waits
        }
        line.take(next);
      }
      return waiting > 0;
    }
  }

  /** In {@link #ending}, while the thread that asked may be anywhere. */
  private void interrupt() {
    interrupted = true;
    restore();
  }

  private void restore() {
    try {
      if (!quiet) {
        waitUntilQuiet();
      }
    } catch (IOException e) {
      // The terminal went away, and what waited in it.
      quiet = true;
    }
    synchronized (line) {
      line.wipe();
    }
    say(marks ? MARK_NO_PASTES : "");
    settings.restore();
    say("\n");
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException e) {
      standStill();
    }
  }

  /** This process ends: a line that was ended by what came behind a ctrl-C is no answer. */
  private void standStill() {
    while (true) {
      LockSupport.park(this);
      boolean _ = Thread.interrupted(); // or it would not stand
    }
  }

  private void say(String text) {
    try {
      out.write(text.getBytes(UTF_8));
      out.flush();
    } catch (IOException e) {
      // The terminal went away: nobody reads it.
      return;
    }
  }
}
