package dev.gatekeeper.pin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.allowlist.pin.PinText;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.pin.cache.PinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real pip, and a folder of wheels that a test makes in the place of an index. */
final class PipPinTest {
  @TempDir Path folder;
  private Path wheels;
  private Map<String, String> person;

  @BeforeEach
  void aFolderOfWheels() throws IOException {
    Tools.require("python3");
    wheels = Files.createDirectory(folder.resolve("wheels"));
    wheel(
        "acme_server",
        "1.2.3",
        Map.of(
            "acme_server.py",
            "import sys, dep\ndef main():\n  print(dep.NAME, sys.argv)\n  return 0\n"),
        "Requires-Dist: dep>=1\n",
        "[console_scripts]\nacme-server = acme_server:main\n");
    wheel("dep", "1.0", Map.of("dep.py", "NAME = 'one'\n"), "", "");
    person = new TreeMap<>(System.getenv());
    person.keySet().removeIf(name -> name.startsWith("PIP_") || name.startsWith("PYTHON"));
    person.put("PIP_NO_INDEX", "1");
    person.put("PIP_CONFIG_FILE", "/dev/null");
    person.put("PIP_FIND_LINKS", wheels.toString());
  }

  private void wheel(
      String name, String version, Map<String, String> files, String needs, String entryPoints)
      throws IOException {
    String info = name + "-" + version + ".dist-info/";
    Map<String, String> all = new TreeMap<>(files);
    all.put(
        info + "METADATA",
        "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n" + needs);
    all.put(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
    all.put(info + "entry_points.txt", entryPoints);
    all.put(info + "RECORD", "");
    Path file = wheels.resolve(name + "-" + version + "-py3-none-any.whl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> one : all.entrySet()) {
        zip.putNextEntry(new ZipEntry(one.getKey()));
        zip.write(one.getValue().getBytes(UTF_8));
      }
    }
  }

  private Pins pins(String home) throws IOException {
    return new Pins(
        Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve(home).toString())), new TestWitness());
  }

  private Pins.Line line() {
    return new Pins.Line("uvx", List.of("acme-server==1.2.3", "x"), folder);
  }

  private ProgramPin.Python resolved(Pins pins) throws Exception {
    return (ProgramPin.Python)
        pins.resolve(line(), Optional.empty(), new TreeMap<>(), person).values().iterator().next();
  }

  private static Pinned check(Pins pins, Pins.Line line, ProgramPin pin) {
    return pins.check(line, Optional.of(pin), "/nowhere", Path.of("/nowhere"));
  }

  @Test
  void whatIsPinnedRunsWithTheStandardLibraryAndNothingElse() throws Exception {
    Pins pins = pins("home");
    ProgramPin.Python pin = resolved(pins);
    Pinned.Matches run = (Pinned.Matches) check(pins, line(), pin);
    List<String> command = new ArrayList<>(List.of(run.program().toString()));
    command.addAll(run.arguments());
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("one ['acme-server', 'x']\n");
    assertThat(process.waitFor()).isZero();
    assertThat(check(pins, line(), pin)).as("the run left no file").isEqualTo(run);
    assertThat(PinText.json(pin).toString()).contains("wheels").doesNotContain("whl", "file:");
  }

  @Test
  void aFileOfCodeThatThePackageIsToRunIsPinned() throws Exception {
    Files.writeString(folder.resolve("server.py"), "one\n");
    Pins pins = pins("home");
    Pins.Line line = new Pins.Line("uvx", List.of("acme-server==1.2.3", "server.py"), folder);
    ProgramPin pin =
        pins.resolve(line, Optional.empty(), new TreeMap<>(), person).values().iterator().next();
    assertThat(pin.files()).containsOnlyKeys(1);
    assertThat(check(pins, line, pin)).isInstanceOf(Pinned.Matches.class);
    Files.writeString(folder.resolve("server.py"), "two\n");
    assertThat(((Pinned.Refused) check(pins, line, pin)).what()).isEqualTo("server.py was altered");
  }

  @Test
  void oneAlteredByteIsRefusedByName() throws Exception {
    Pins pins = pins("home");
    ProgramPin.Python pin = resolved(pins);
    Path file =
        folder.resolve("home/programs").resolve(pin.installed().hex()).resolve("site/dep.py");
    file.toFile().setWritable(true);
    Files.writeString(file, "NAME = 'two'\n");

    assertThat(((Pinned.Refused) check(pins, line(), pin)).what())
        .endsWith("site/dep.py was altered");
  }

  @Test
  void anotherMachineInstallsTheSameFilesFromThePinAlone() throws Exception {
    ProgramPin.Python pin = resolved(pins("home"));
    wheel("dep", "1.1", Map.of("dep.py", "NAME = 'new'\n"), "", "");
    Pins other = pins("other");
    other.install(line(), pin, person);

    assertThat(check(other, line(), pin)).isInstanceOf(Pinned.Matches.class);
  }

  @Test
  void otherBytesUnderTheSameVersionAreNotInstalled() throws Exception {
    ProgramPin.Python pin = resolved(pins("home"));
    wheel("dep", "1.0", Map.of("dep.py", "evil()\n"), "", "");

    assertThatThrownBy(() -> pins("other").install(line(), pin, person))
        .isInstanceOf(PinException.class)
        .hasMessageContaining("DO NOT MATCH THE HASHES");
  }

  @Test
  void aProgramOfWhatThePackageNeedsIsSaidToBeOne() throws Exception {
    wheel("outer", "1.0", Map.of("outer.py", ""), "Requires-Dist: inner[cli]>=2\n", "");
    wheel(
        "inner",
        "2.0",
        Map.of("inner.py", "def main(): pass\n"),
        "Provides-Extra: cli\n",
        "[console_scripts]\nouter = inner:main\n");
    Pins pins = pins("home");
    Pins.Line line = new Pins.Line("uvx", List.of("outer==1.0"), folder);

    assertThatThrownBy(() -> pins.resolve(line, Optional.empty(), new TreeMap<>(), person))
        .isInstanceOfSatisfying(
            PinException.class,
            e -> {
              assertThat(e.what())
                  .isEqualTo("outer has no program outer; inner[cli], which it needs, has it");
              assertThat(e.hint()).contains("name that package: uvx --from 'inner[cli]' outer");
            });
    Pins.Line named = new Pins.Line("uvx", List.of("--from", "inner[cli]==2.0", "outer"), folder);
    assertThat(pins.resolve(named, Optional.empty(), new TreeMap<>(), person)).hasSize(1);
  }

  @Test
  void whatPipDoesNotFindIsNamedByItsOwnError() throws Exception {
    Pins pins = pins("home");
    Pins.Line line = new Pins.Line("uvx", List.of("no-such-server"), folder);

    assertThatThrownBy(() -> pins.exact(line, person))
        .isInstanceOfSatisfying(
            PinException.class,
            e -> {
              assertThat(e.what())
                  .isEqualTo(
                      "no-such-server: pip install failed: ERROR: No matching distribution found"
                          + " for no-such-server");
              assertThat(e.hint().orElse("")).contains("pip index versions no-such-server");
            });
  }

  @Test
  void aSourceDistributionIsNotInstalled() throws Exception {
    Files.move(wheels.resolve("dep-1.0-py3-none-any.whl"), wheels.resolve("dep-1.0.tar.gz"));

    assertThatThrownBy(() -> resolved(pins("home"))).isInstanceOf(PinException.class);
  }
}
