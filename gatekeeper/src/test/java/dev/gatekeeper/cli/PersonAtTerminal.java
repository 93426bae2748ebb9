package dev.gatekeeper.cli;

import dev.gatekeeper.TypedTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Somebody with a home of their own, whose passphrase lies in a file, at a shell in a terminal. */
record PersonAtTerminal(Path folder) {
  /** With a vault that is empty. */
  static PersonAtTerminal in(Path folder) throws IOException {
    PersonAtTerminal person = new PersonAtTerminal(folder.toRealPath());
    Path passphrase = person.folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    if (person.command().run("vault", "init").exit() != 0) {
      throw new IOException("no vault");
    }
    return person;
  }

  /** The terminal, which nothing was typed into. */
  TypedTerminal terminal() throws IOException {
    return TypedTerminal.open(folder, environment());
  }

  /** A command beside the terminal. */
  CommandRun command() {
    CommandRun run = CommandRun.in(folder);
    environment().forEach(run::with);
    return run;
  }

  private Map<String, String> environment() {
    return Map.of(
        "HOME",
        folder.toString(),
        "PATH",
        "/usr/bin:/bin",
        "TERM",
        "dumb",
        "GATEKEEPER_HOME",
        folder.resolve("home").toString(),
        "GATEKEEPER_PASSPHRASE_FILE",
        folder.resolve("passphrase").toString());
  }
}
