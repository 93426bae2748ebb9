package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.TypedTerminal;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is pasted at a prompt that shows nothing, in a shell that would run the rest. */
@Timeout(120)
final class TerminalTest {
  private static final String PASTE_BEGINS = "\u001b[200~";
  private static final String PASTE_ENDS = "\u001b[201~";

  /** Lines that leave a trace on the screen where a shell gets them; never the sum itself. */
  private static final List<String> LINES =
      List.of("echo made-up-$((40+1))", "echo made-up-$((40+2))", "echo made-up-$((40+3))");

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // by each test
  private TypedTerminal terminal;

  @AfterEach
  void end() {
    if (terminal != null) {
      terminal.close();
    }
  }

  private void open(String kind) throws Exception {
    Map<String, String> environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));
    environment.put("TERM", kind);
    environment.put("HOME", folder.toString());
    terminal = TypedTerminal.open(folder, environment);
  }

  private void asked() throws Exception {
    asked("value");
  }

  private void asked(String what) throws Exception {
    terminal.type(TypedTerminal.java(Asking.class, what) + "\n");
    terminal.see("Made up: ");
  }

  private static String kept(byte[] value) {
    return "kept " + value.length + " bytes, " + Arrays.hashCode(value);
  }

  private static String kept(String value) {
    return kept(value.getBytes(UTF_8));
  }

  /** The shell is there, shows what is typed, and has not run a line of what was pasted. */
  private void nothingWasLeft() throws Exception {
    terminal.type("stty -a | tr ' ;' '\\n\\n' | grep -x -e icanon -e echo | sort | tr '\\n' +\n");
    terminal.see("echo+icanon+");
    terminal.type("echo the-$((1+1))nd\n");
    terminal.see("the-2nd");
    assertThat(terminal.shown()).doesNotContain("made-up-41", "made-up-42", "made-up-43");
    for (String line : LINES) {
      assertThat(terminal.shown()).doesNotContain(line);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 4095, 5008, 65_536})
  void aLineIsKeptWhole(int length) throws Exception {
    open("dumb");
    asked();
    String value = "made-up-" + "x".repeat(length - 8);
    terminal.type(value + "\r");
    terminal.see(kept(value));
    nothingWasLeft();
    assertThat(terminal.shown()).doesNotContain("made-up-x");
  }

  @Test
  void whatIsTooLongIsRefused() throws Exception {
    open("dumb");
    asked();
    terminal.type("made-up-" + "x".repeat(65_529) + "\r");
    terminal.see("refused: more than 65536 bytes");
    nothingWasLeft();
  }

  /** A terminal cuts the lines that it keeps for whoever reads them later. */
  @Test
  void whatWasCutBeforeThePromptIsRefused() throws Exception {
    open("dumb");
    terminal.type("echo be''fore; sleep 1; " + TypedTerminal.java(Asking.class, "value") + "\n");
    terminal.see("before");
    terminal.type("made-up-" + "x".repeat(5000) + "\n");
    terminal.see("refused: ");
    nothingWasLeft();
  }

  @Test
  void whatWasTypedBeforeThePromptCounts() throws Exception {
    open("dumb");
    terminal.type("echo be''fore; sleep 1; " + TypedTerminal.java(Asking.class, "value") + "\n");
    terminal.see("before");
    terminal.type("made-up-ahead\n");
    terminal.see(kept("made-up-ahead"));
    nothingWasLeft();
  }

  @ParameterizedTest
  @CsvSource({"value,0", "value,50", "passphrase,0", "passphrase,50"})
  void severalLinesAreRefusedAndNoShellGetsThem(String what, int pause) throws Exception {
    open("dumb");
    asked(what);
    String pasted = String.join("\r", LINES) + "\r";
    int first = LINES.get(0).length() + 1;
    terminal.type(pasted.substring(0, first));
    TimeUnit.MILLISECONDS.sleep(pause);
    terminal.type(pasted.substring(first));
    terminal.see("refused: several lines");
    nothingWasLeft();
  }

  /** As a slow connection brings them; the terminal says where the paste ends. */
  @Test
  void severalLinesThatComeSlowlyAreRefusedAndNoShellGetsThem() throws Exception {
    open("xterm");
    asked();
    assertThat(terminal.shown()).contains("\u001b[?2004h");
    terminal.type(PASTE_BEGINS);
    for (String line : LINES) {
      terminal.type(line + "\r");
      TimeUnit.MILLISECONDS.sleep(1500);
    }
    terminal.type(PASTE_ENDS);
    terminal.see("\u001b[?2004l");
    terminal.see("refused: several lines");
    nothingWasLeft();
  }

  @Test
  void anInterruptLeavesNothingToTheShell() throws Exception {
    open("dumb");
    asked();
    terminal.type("made-up");
    TimeUnit.MILLISECONDS.sleep(100);
    terminal.type("\003");
    TimeUnit.MILLISECONDS.sleep(50);
    terminal.type(String.join("\r", LINES) + "\r");
    terminal.see("\n"); // the last that it writes
    terminal.type("echo ended with $?\n");
    terminal.see("ended with 130");
    assertThat(terminal.shown()).doesNotContain("kept ");
    nothingWasLeft();
  }

  @Test
  void theKeyThatSuspendsIsNoWayOut() throws Exception {
    open("dumb");
    asked();
    terminal.type("made-up\032-value\r");
    terminal.see(kept("made-up-value"));
    nothingWasLeft();
  }

  /** The shell takes its settings back, and does not return ours. */
  @Test
  void whoWasStoppedHidesAgain() throws Exception {
    open("dumb");
    asked();
    List<ProcessHandle> programs = terminal.programs();
    new ProcessBuilder("kill", "-STOP", Long.toString(programs.getLast().pid())).start().waitFor();
    terminal.see("Stopped");
    terminal.type("stty sane\n");
    TimeUnit.MILLISECONDS.sleep(500);
    terminal.type("fg\n");
    terminal.see("Made up: ");
    terminal.type("made-up-hidden\r");
    terminal.see(kept("made-up-hidden"));
    assertThat(terminal.shown()).doesNotContain("made-up-hidden");
    nothingWasLeft();
  }

  @Test
  void aPassphraseIsTypedTwice() throws Exception {
    open("dumb");
    asked("new");
    terminal.type("made-up phrase\r");
    terminal.see("Made up again: ");
    terminal.type("made-up phrase\r");
    terminal.see("kept 14 bytes");
    nothingWasLeft();
  }

  @Test
  void latin1IsKeptAsItIs() throws Exception {
    open("dumb");
    asked();
    byte[] value = {'m', 'a', 'd', 'e', '-', 'u', 'p', (byte) 0xe9, (byte) 0xfc};
    terminal.type(value);
    terminal.type("\r");
    terminal.see(kept(value));
  }

  /** Asks as a command does. */
  static final class Asking {
    public static void main(String[] args) throws Exception {
      Terminal terminal = new Terminal();
      try {
        switch (args[0]) {
          case "value" -> {
            byte[] value = terminal.hidden("Made up", "made-up hint").orElseThrow();
            System.out.println(kept(value));
          }
          default -> {
            var phrase = terminal.ask("Made up", args[0].equals("new")).orElseThrow();
            System.out.println("kept " + phrase.length() + " bytes");
          }
        }
      } catch (VaultException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }
}
