package dev.gatekeeper.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.Platform;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.pin.cache.PinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs, scripts and images that are on the machine already. */
final class MachinePinTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
  private static final String OTHER = "sha256:" + "fedcba9876543210".repeat(4);

  @TempDir Path folder;
  private Path bin;
  private Pins pins;
  private Map<String, String> person;

  @BeforeEach
  void aMachine() throws IOException {
    bin = Files.createDirectory(folder.resolve("bin"));
    pins =
        new Pins(
            Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString())),
            new TestWitness());
    person = Map.of("PATH", bin + ":/usr/bin:/bin", "HOME", folder.toString());
  }

  private Path program(String name, String content) throws IOException {
    Path program = bin.resolve(name);
    Files.writeString(program, content);
    program.toFile().setExecutable(true);
    return program;
  }

  private Pins.Line line(String command, String... arguments) {
    return new Pins.Line(command, List.of(arguments), folder);
  }

  private ProgramPin pin(Pins.Line line) throws Exception {
    SortedMap<Platform, ProgramPin> all =
        pins.resolve(line, Optional.empty(), new TreeMap<>(), person);
    return only(all);
  }

  private static ProgramPin only(SortedMap<Platform, ProgramPin> all) {
    assertThat(all).hasSize(1);
    return all.values().iterator().next();
  }

  private Pinned check(Pins.Line line, ProgramPin pin) {
    return pins.check(line, Optional.of(pin), bin.toString(), folder);
  }

  private static String refusal(Pinned pinned) {
    assertThat(pinned).isInstanceOf(Pinned.Refused.class);
    return ((Pinned.Refused) pinned).what();
  }

  @Test
  void aProgramRunsAsLongAsItIsTheSame() throws Exception {
    Path program = program("acme", "#!/bin/sh\n");
    Files.writeString(folder.resolve("data.db"), "one");
    Pins.Line line = line("acme", "--db", "data.db", "--plugin=plugin.js");
    ProgramPin pin = pin(line);
    assertThat(pin).isInstanceOf(ProgramPin.Binary.class);

    Files.writeString(folder.resolve("data.db"), "two");
    assertThat(check(line, pin)).isEqualTo(new Pinned.Matches(program, line.arguments()));

    Files.writeString(folder.resolve("plugin.js"), "evil()");
    assertThat(refusal(check(line, pin)))
        .isEqualTo("--plugin=plugin.js is code that the lock does not name");
    Files.delete(folder.resolve("plugin.js"));

    program("acme", "#!/bin/sh\n#");
    assertThat(refusal(check(line, pin)))
        .isEqualTo(program + " is not the program that the lock names");
  }

  @Test
  void anotherProgramOfThatNameEarlierOnThePathIsRefused() throws Exception {
    program("acme", "#!/bin/sh\n");
    Pins.Line line = line("acme");
    ProgramPin pin = pin(line);
    Path evil = Files.createDirectory(folder.resolve("evil"));
    Files.copy(program("copy", "#!/bin/sh\nevil\n"), evil.resolve("acme"));
    evil.resolve("acme").toFile().setExecutable(true);

    Pinned pinned = pins.check(line, Optional.of(pin), evil + ":" + bin, folder);
    assertThat(refusal(pinned)).contains("is not the program that the lock names");
  }

  @Test
  void aScriptRunsByTheInterpreterOfThePersonWhoLockedIt() throws Exception {
    Path perl = program("perl", "#!/bin/sh\n");
    Files.writeString(folder.resolve("server.pl"), "one");
    Pins.Line line = line("perl", "-w", "server.pl", "x");
    ProgramPin pin = pin(line);

    Pinned pinned = pins.check(line, Optional.of(pin), "/nowhere", folder);
    assertThat(pinned).isEqualTo(new Pinned.Matches(perl, line.arguments()));

    Files.writeString(folder.resolve("server.pl"), "two");
    assertThat(refusal(check(line, pin))).isEqualTo("server.pl was altered");

    Files.writeString(folder.resolve("server.pl"), "one");
    program("perl", "#!/bin/sh\nevil");
    assertThat(refusal(check(line, pin))).isEqualTo(perl + " is another program than was recorded");
    pins.install(line, pin, person);
    assertThat(check(line, pin)).isInstanceOf(Pinned.Matches.class);
  }

  @Test
  void anInterpreterThatIsOnlyAShimIsAskedForTheProgramBehindIt() throws Exception {
    Path node = Tools.require("node");
    program("node", "#!/bin/sh\nexec " + node + " \"$@\"\n");
    Files.writeString(folder.resolve("server.js"), "");
    Pins.Line line = line("node", "server.js");

    Pinned.Matches run = (Pinned.Matches) check(line, pin(line));
    assertThat(run.program()).isEqualTo(node.toRealPath());
  }

  @Test
  void codeInTheLineItselfCannotBePinned() {
    for (String[] words : new String[][] {{"-e", "1"}, {"-c", "x"}, {"-m", "x"}, {}}) {
      assertThatThrownBy(() -> pin(line("perl", words)))
          .isInstanceOf(PinException.class)
          .hasMessage("the line names no file of code that 'perl' would run");
    }
  }

  /** Nobody is led to run it unpinned. */
  @Test
  void aFileThatIsNotThereIsNamed() {
    for (String[] words : new String[][] {{"gone.pl"}, {"-w", "gone.pl"}, {"run", "./gone.pl"}}) {
      assertThatThrownBy(() -> pin(line("perl", words)))
          .isInstanceOfSatisfying(
              PinException.class,
              e -> assertThat(e.hint()).contains("mend \"args\" or \"cwd\" of the entry"))
          .hasMessageEndingWith("gone.pl does not exist");
    }
    for (String[] words : new String[][] {{"run", "npm:@acme/x"}, {"com.acme.Main"}, {"watch"}}) {
      assertThatThrownBy(() -> pin(line("perl", words)))
          .hasMessage("the line names no file of code that 'perl' would run");
    }
  }

  @Test
  void whatIsDeclaredUnpinnedIsNotLookedAt() throws Exception {
    Pins.Line line = line("make", "serve");
    SortedMap<Platform, ProgramPin> all =
        pins.resolve(line, Optional.of("built here"), new TreeMap<>(), person);

    assertThat(all).containsExactly(Map.entry(Platform.ANY, new ProgramPin.Unpinned("built here")));
    assertThat(check(line, only(all))).isInstanceOf(Pinned.NotPinned.class);
  }

  @Test
  void aPlatformThatNobodyLockedIsNotStarted() {
    assertThat(refusal(pins.check(line("acme"), Optional.empty(), "", folder)))
        .isEqualTo("the lock pins no program for " + pins.here());
  }

  @Test
  void whatOtherPlatformsRecordedIsKept() throws Exception {
    program("acme", "#!/bin/sh\n");
    ProgramPin there = new ProgramPin.Binary(Digest.read(DIGEST).orElseThrow(), new TreeMap<>());
    SortedMap<Platform, ProgramPin> locked = new TreeMap<>();
    locked.put(new Platform("darwin-sparc"), there);

    assertThat(pins.resolve(line("acme"), Optional.empty(), locked, person))
        .containsEntry(new Platform("darwin-sparc"), there)
        .containsKey(pins.here());
  }

  // A program that answers as docker does; the real one needs a daemon.
  private void docker() throws IOException {
    program(
        "docker",
        """
        #!/bin/sh
        echo "$*" >> "$HOME/asked"
        case "$1 $2" in
          "pull --quiet") case "$3" in local*) exit 1;; *) exit 0;; esac ;;
          "image inspect") case "$5" in
            local*) case "$4" in *Id*) echo %s;; esac ;;
            *) echo other@%s; echo ghcr.io/a/b@%s ;;
          esac ;;
        esac
        """
            .formatted(OTHER, OTHER, DIGEST));
  }

  @Test
  void anImageIsStartedByItsDigestAndNeverFetched() throws Exception {
    docker();
    Pins.Line line = line("docker", "run", "-i", "--rm", "ghcr.io/a/b:1.2", "--flag");
    ProgramPin pin = pin(line);

    assertThat(pin).isEqualTo(new ProgramPin.Image(Digest.read(DIGEST).orElseThrow(), false));
    assertThat(check(line, pin))
        .isEqualTo(
            new Pinned.Matches(
                bin.resolve("docker"),
                List.of("run", "-i", "--rm", "--pull=never", "ghcr.io/a/b@" + DIGEST, "--flag")));

    pins.install(line, pin, person);
    assertThat(Files.readAllLines(folder.resolve("asked")))
        .endsWith("pull --quiet ghcr.io/a/b@" + DIGEST);
  }

  @Test
  void anImageBuiltHereIsPinnedByItsOwnDigestForThisPlatform() throws Exception {
    docker();
    Pins.Line line = line("docker", "run", "--", "local/b");
    SortedMap<Platform, ProgramPin> all =
        pins.resolve(line, Optional.empty(), new TreeMap<>(), person);

    assertThat(all)
        .containsExactly(
            Map.entry(pins.here(), new ProgramPin.Image(Digest.read(OTHER).orElseThrow(), true)));
    assertThat(((Pinned.Matches) check(line, only(all))).arguments())
        .containsExactly("run", "--pull=never", "--", OTHER);
  }

  @Test
  void anEntryThatNamesAnotherDigestThanTheLockIsRefused() throws Exception {
    docker();
    ProgramPin pin = pin(line("docker", "run", "ghcr.io/a/b"));

    assertThat(refusal(check(line("docker", "run", "ghcr.io/a/b@" + OTHER), pin)))
        .isEqualTo("the entry starts another program than the lock pins");
  }
}
