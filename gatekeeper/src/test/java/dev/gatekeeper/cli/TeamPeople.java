package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** People with homes and clones of one bare repository, and a program that git finds. */
final class TeamPeople {
  private final Path folder;
  private final Path passphrase;
  private final Path programs;
  private final Path origin;

  TeamPeople(Path in) throws Exception {
    Tools.require("git");
    folder = in.toRealPath();
    passphrase = ownerOnly(folder.resolve("passphrase"), VaultFixture.PASSPHRASE + "\n");
    programs = Files.createDirectory(folder.resolve("bin"));
    // What git finds on the PATH as "gatekeeper".
    Path program = programs.resolve("gatekeeper");
    String java = ProcessHandle.current().info().command().orElseThrow();
    Files.writeString(
        program,
        "#!/bin/sh\nexec '"
            + java
            + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp '"
            + classPath()
            + "' dev.gatekeeper.cli.Main \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    origin = folder.resolve("origin.git");
    run(folder, Path.of("/nonexistent"), "git", "init", "-q", "--bare", "-b", "main", "origin.git");
  }

  /** Absolute: the program runs elsewhere. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(element -> Path.of(element).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path ownerOnly(Path file, String text) throws Exception {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  /** One person: a home with a vault, and a clone. */
  final class Person {
    final Path home;
    final Path clone;

    Person(String name) throws Exception {
      home = folder.resolve(name + "-home");
      Files.createDirectory(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (OpenVault _ = VaultFixture.create(home.resolve("vault"))) {
        clone = folder.resolve(name);
      }
      run(folder, home, "git", "clone", "-q", origin.toString(), name);
    }

    CommandRun type(String... line) {
      return typeInto("", line);
    }

    CommandRun typeInto(String input, String... line) {
      return CommandRun.in(clone)
          .with("GATEKEEPER_HOME", home.toString())
          .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString())
          .with("USER", "made-up")
          .input(input.getBytes(UTF_8))
          .run(line);
    }

    CommandRun done(String... line) {
      CommandRun run = type(line);
      assertThat(run.err()).as(String.join(" ", line)).isEmpty();
      assertThat(run.exit()).isZero();
      return run;
    }

    void put(String name, String value) {
      assertThat(typeInto(value, "vault", "put", "--team", name).err()).isEmpty();
    }

    String git(String... line) throws Exception {
      List<String> all = new ArrayList<>(List.of("git", "-c", "user.name=t", "-c"));
      all.add("user.email=t@localhost");
      all.addAll(List.of(line));
      return run(clone, home, all.toArray(String[]::new));
    }

    void commit() throws Exception {
      git("add", "-A");
      git("commit", "-q", "-m", "a change");
    }

    String identity() {
      return done("vault", "identity").out().lines().findFirst().orElseThrow();
    }
  }

  private ProcessBuilder process(Path directory, Path home, String... line) {
    ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("CLAUDE"));
    builder.environment().put("PATH", programs + File.pathSeparator + System.getenv("PATH"));
    builder.environment().put("GATEKEEPER_HOME", home.toString());
    builder.environment().put("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    return builder;
  }

  private String run(Path directory, Path home, String... line) throws Exception {
    Process process = process(directory, home, line).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output + (process.exitValue() == 0 ? "" : "exit " + process.exitValue());
  }

  Person person(String name) throws Exception {
    return new Person(name);
  }

  /** The program, as the person's agent starts it. */
  ProcessBuilder gatekeeper(Person person, String command) {
    return process(person.clone, person.home, programs.resolve("gatekeeper").toString(), command);
  }

  /** The file with everybody's passphrase. */
  Path passphrase() {
    return passphrase;
  }
}
