package dev.gatekeeper.pin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.allowlist.pin.PinText;
import dev.gatekeeper.allowlist.pin.Platform;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.cache.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real npm, and a registry with packages that a test makes. */
final class NpmPinTest {
  private static final String BIN =
      ",\"bin\":{\"acme\":\"cli.js\"},\"dependencies\":{\"dep\":\"^1.0.0\"}";
  private static final String PROGRAM =
      "#!/usr/bin/env node\nconsole.log(require('dep'), process.argv.slice(2).join(' '));\n";

  @TempDir Path folder;
  private Registry registry;
  private Pins pins;
  private Map<String, String> person;

  @BeforeEach
  void aRegistryWithAServer() throws IOException {
    Tools.require("npm");
    registry = new Registry();
    registry.publish("@acme/server", "1.2.3", BIN, new Archive().file("package/cli.js", PROGRAM));
    registry.publish(
        "dep", "1.0.1", "", new Archive().file("package/index.js", "module.exports = 'one'\n"));
    person = registry.person(folder.resolve("person"));
    pins = pins("home");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private Pins pins(String home) throws IOException {
    return new Pins(
        Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve(home).toString())), new TestWitness());
  }

  private Pins.Line line(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-y", "@acme/server@1.2.3"));
    all.addAll(List.of(arguments));
    return new Pins.Line("npx", all, folder);
  }

  private ProgramPin.Npm resolved() throws Exception {
    return (ProgramPin.Npm)
        pins.resolve(line(), Optional.empty(), new TreeMap<>(), person).values().iterator().next();
  }

  private Pinned check(Pins with, ProgramPin pin) {
    return with.check(line("a", "b"), Optional.of(pin), "/nowhere", folder.resolve("person"));
  }

  private Path file(ProgramPin.Npm pin, String path) {
    String tree = pin.installedOn(pins.here()).orElseThrow().hex();
    return folder.resolve("home/programs").resolve(tree).resolve(path);
  }

  private static Path writable(Path file) throws IOException {
    file.resolveSibling(".").toFile().setWritable(true);
    file.toFile().setWritable(true);
    return file;
  }

  private static String refusal(Pinned pinned) {
    assertThat(pinned).isInstanceOf(Pinned.Refused.class);
    return ((Pinned.Refused) pinned).what();
  }

  @Test
  void whatIsPinnedRunsByNodeWithTheEntrysOwnArguments() throws Exception {
    Pinned pinned = check(pins, resolved());

    Pinned.Matches run = (Pinned.Matches) pinned;
    List<String> command = new ArrayList<>(List.of(run.program().toString()));
    command.addAll(run.arguments());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    Process process = builder.start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("one a b\n");
    assertThat(process.waitFor()).isZero();
  }

  /** As {@code npx tsx server.ts}: whoever writes the work tree would choose what runs. */
  @Test
  void aFileOfCodeThatThePackageIsToRunIsPinned() throws Exception {
    Files.writeString(folder.resolve("server.ts"), "one\n");
    Files.writeString(folder.resolve("data.db"), "one\n");
    Pins.Line line = line("run", "server.ts", "data.db");
    ProgramPin pin =
        pins.resolve(line, Optional.empty(), new TreeMap<>(), person).values().iterator().next();
    assertThat(pin.files()).containsOnlyKeys(3);
    assertThat(PinText.json(pin).toString()).contains("args[3]");
    Callable<Pinned> again =
        () -> pins.check(line, Optional.of(pin), "/nowhere", folder.resolve("person"));
    assertThat(again.call()).isInstanceOf(Pinned.Matches.class);
    Files.writeString(folder.resolve("data.db"), "two\n");
    assertThat(again.call()).isInstanceOf(Pinned.Matches.class);
    Files.writeString(folder.resolve("server.ts"), "two\n");
    assertThat(refusal(again.call())).isEqualTo("server.ts was altered");
    Files.delete(folder.resolve("server.ts"));
    assertThat(refusal(again.call())).isEqualTo("server.ts is missing, which the lock names");

    Files.writeString(folder.resolve("b"), "#!/bin/sh\n");
    assertThat(refusal(check(pins, resolved()))).isEqualTo("b is code that the lock does not name");
  }

  @Test
  void aPinNamesNoAddressHoweverNpmIsConfigured() throws Exception {
    Files.writeString(
        folder.resolve("person/.npmrc"),
        "omit-lockfile-registry-resolved=false\n@acme:registry=" + registry.address() + "\n");
    String text = PinText.json(resolved()).toString();

    assertThat(text).contains("sha512-", "1.0.1").doesNotContain("127.0.0.1", "http", ".tgz");
  }

  @Test
  void aRepositorysOwnConfigurationOfNpmHasNoSay() throws Exception {
    Files.writeString(folder.resolve(".npmrc"), "registry=http://127.0.0.1:1/\n");

    assertThat(resolved().version()).isEqualTo("1.2.3");
  }

  @Test
  void oneAlteredByteIsRefusedByName() throws Exception {
    ProgramPin.Npm pin = resolved();
    Path altered = writable(file(pin, "node_modules/dep/index.js"));
    byte[] bytes = Files.readAllBytes(altered);
    bytes[0] ^= 1;
    Files.write(altered, bytes);

    assertThat(refusal(check(pins, pin))).endsWith("node_modules/dep/index.js was altered");
    assertThat(((Pinned.Refused) check(pins, pin)).hint()).contains("gatekeeper allowlist install");
  }

  @Test
  void anAddedFileAMissingOneAndALinkAreRefusedByName() throws Exception {
    ProgramPin.Npm pin = resolved();
    Path added = writable(file(pin, "node_modules/dep/index.js")).resolveSibling("extra.js");

    Files.writeString(added, "");
    assertThat(refusal(check(pins, pin))).endsWith("node_modules/dep/extra.js was added");
    Files.delete(added);

    Files.createSymbolicLink(added, Path.of("index.js"));
    assertThat(refusal(check(pins, pin))).endsWith("extra.js is a symbolic link");
    Files.delete(added);

    Files.delete(file(pin, "node_modules/dep/index.js"));
    assertThat(refusal(check(pins, pin))).endsWith("node_modules/dep/index.js is missing");
  }

  @Test
  void aTreeThatIsALinkToAnotherPlaceIsRefused() throws Exception {
    ProgramPin.Npm pin = resolved();
    Path tree = file(pin, "").normalize();
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(tree, elsewhere);
    Files.createSymbolicLink(tree, elsewhere);

    assertThat(refusal(check(pins, pin))).endsWith("is not a directory");
  }

  @Test
  void theNextInstallationPutsAnAlteredCopyRight() throws Exception {
    ProgramPin.Npm pin = resolved();
    Files.writeString(writable(file(pin, "node_modules/dep/index.js")), "evil()");

    pins.install(line(), pin, person);
    assertThat(check(pins, pin)).isInstanceOf(Pinned.Matches.class);
  }

  @Test
  void modulesThatNodeWouldFindAboveTheTreeAreRefused() throws Exception {
    ProgramPin.Npm pin = resolved();

    Files.createDirectories(folder.resolve("node_modules/supports-color"));
    assertThat(refusal(check(pins, pin)))
        .isEqualTo(
            "node would load modules from "
                + folder.resolve("node_modules")
                + " as well, which no lock names");
    Tree.delete(folder.resolve("node_modules"));

    Files.createDirectory(folder.resolve("person/.node_modules"));
    assertThat(refusal(check(pins, pin))).contains("person/.node_modules");
  }

  @Test
  void anotherMachineInstallsTheSameFilesFromThePinAlone() throws Exception {
    ProgramPin.Npm pin = resolved();
    registry.publish(
        "dep", "1.0.2", "", new Archive().file("package/index.js", "module.exports = 'two'\n"));
    Pins other = pins("other");
    assertThat(refusal(check(other, pin))).isEqualTo("no 'node' is recorded on this machine");

    other.install(line(), pin, registry.person(folder.resolve("colleague")));

    assertThat(check(other, pin)).isInstanceOf(Pinned.Matches.class);
  }

  @Test
  void lockingAgainKeepsTheTreeThoughNewerPackagesAreThere() throws Exception {
    ProgramPin.Npm pin = resolved();
    registry.publish("dep", "1.0.2", "", new Archive().file("package/index.js", ""));

    assertThat(
            pins.resolve(
                line(), Optional.empty(), new TreeMap<>(Map.of(Platform.ANY, pin)), person))
        .containsExactly(Map.entry(Platform.ANY, pin));
  }

  @Test
  void otherBytesUnderTheSameVersionAreNotInstalled() throws Exception {
    ProgramPin.Npm pin = resolved();
    registry.republish("dep", "1.0.1", "", new Archive().file("package/index.js", "evil()"));
    Pins other = pins("other");

    assertThatThrownBy(
            () -> other.install(line(), pin, registry.person(folder.resolve("colleague"))))
        .isInstanceOf(PinException.class)
        .hasMessageContaining("EINTEGRITY");
    assertThat(folder.resolve("other/programs").toFile().list()).containsExactly("lock");
  }

  @Test
  void anArchiveThatNamesPathsOutsideOfItselfWritesNothingThere() throws Exception {
    registry.publish(
        "dep",
        "1.0.9",
        "",
        new Archive()
            .file("package/index.js", "module.exports = 'nine'\n")
            .file("package/../../../../outside.js", "evil()")
            .file("../../outside.js", "evil()")
            .file("/" + folder.resolve("outside.js").toString().substring(1), "evil()")
            .link("package/up", "../../../..")
            .file("package/up/outside.js", "evil()"));
    ProgramPin.Npm pin = resolved();

    try (var all = Files.walk(folder)) {
      assertThat(all.filter(path -> path.endsWith("outside.js")))
          .allMatch(path -> path.startsWith(file(pin, "node_modules/dep")));
    }
    assertThat(check(pins, pin)).isInstanceOf(Pinned.Matches.class);
  }

  @Test
  void twoInstallationsAtOnceLeaveOneWholeTree() throws Exception {
    ProgramPin.Npm pin = resolved();
    Pins other = pins("other");
    Map<String, String> colleague = registry.person(folder.resolve("colleague"));
    try (var threads = Executors.newFixedThreadPool(2)) {
      Callable<Void> install =
          () -> {
            other.install(line(), pin, colleague);
            return null;
          };
      for (Future<Void> one : threads.invokeAll(List.of(install, install))) {
        one.get();
      }
    }

    assertThat(check(other, pin)).isInstanceOf(Pinned.Matches.class);
    assertThat(folder.resolve("other/programs").toFile().list()).hasSize(6);
  }

  @Test
  void aDiskThatIsFullLeavesNothingBehindButAReason() throws Exception {
    registry.publish(
        "dep", "1.0.8", "", new Archive().file("package/index.js", "//" + "x".repeat(100_000)));
    Path npm = Files.createDirectories(folder.resolve("bin")).resolve("npm");
    Files.writeString(
        npm,
        "#!/bin/sh\n[ \"$1\" = ci ] && ulimit -f 64\nexec " + Tools.require("npm") + " \"$@\"\n");
    npm.toFile().setExecutable(true);
    person.put("PATH", folder.resolve("bin") + ":" + person.get("PATH"));

    assertThatThrownBy(this::resolved).isInstanceOf(PinException.class);
    assertThat(folder.resolve("home/programs").toFile().list()).containsExactly("lock");
  }

  @Test
  void aKilledInstallationIsSweptByTheNext() throws Exception {
    ProgramPin.Npm pin = resolved();
    Path tree = file(pin, "").normalize();
    Path half = tree.resolveSibling("new-0000000000000000");
    Files.move(tree, half);
    Tree.delete(half.resolve("node_modules/dep"));

    assertThat(refusal(check(pins, pin))).isEqualTo("it is not installed here");
    pins.install(line(), pin, person);
    assertThat(check(pins, pin)).isInstanceOf(Pinned.Matches.class);
    assertThat(half).doesNotExist();
  }

  @Test
  void anEntryThatNamesAnotherVersionIsNotStartedByThisPin() throws Exception {
    ProgramPin.Npm pin = resolved();
    Pins.Line other = new Pins.Line("npx", List.of("@acme/server@1.2.4"), folder);

    assertThat(refusal(pins.check(other, Optional.of(pin), "", folder)))
        .isEqualTo("the entry starts another program than the lock pins");
  }
}
