package dev.gatekeeper.cli.allowlist.lock;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.pin.PinJson;
import dev.gatekeeper.allowlist.pin.PinText;
import dev.gatekeeper.allowlist.pin.Platform;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.broker.BaseEnvironment;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.console.PersonalWitness;
import dev.gatekeeper.pin.Pins;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.trust.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Programs of entries, resolved, pinned and installed for a person. */
final class EntryPins {
  private final Pins pins;
  private final Project project;
  private final Map<String, String> environment;

  EntryPins(PersonalVault personal, Project project, Map<String, String> environment) {
    this.pins = new Pins(personal.home(), PersonalWitness.of(personal));
    this.project = project;
    this.environment = environment;
  }

  Pins pins() {
    return pins;
  }

  /** Tells of files that were in the place of what was installed, and are kept. */
  void sayAsides(Console console) {
    pins.asides()
        .forEach(
            aside ->
                console
                    .err()
                    .println(
                        "gatekeeper: warning: files that somebody wrote into an installed program"
                            + " are now in "
                            + Console.printable(aside.toString())));
  }

  /** The pins to be locked, by platform; what is locked already is kept where it still holds. */
  SortedMap<String, Json> resolve(StdioServer server, Optional<LockedServer> before)
      throws CommandFailure, IOException {
    return resolve(server.name(), server.program(), before.map(LockedServer::pins));
  }

  /** The same of what {@code run} starts. */
  SortedMap<String, Json> resolve(Command command, Optional<LockedCommand> before)
      throws CommandFailure, IOException {
    return resolve(command.name(), command.program(), before.map(LockedCommand::pins));
  }

  private SortedMap<String, Json> resolve(
      String name, Program program, Optional<SortedMap<String, Json>> before)
      throws CommandFailure, IOException {
    SortedMap<Platform, ProgramPin> locked = new TreeMap<>();
    before
        .orElseGet(TreeMap::new)
        .forEach(
            (where, json) ->
                Platform.read(where)
                    .ifPresent(
                        platform ->
                            PinJson.read(json, fault -> {})
                                .ifPresent(pin -> locked.put(platform, pin))));
    try {
      SortedMap<String, Json> texts = new TreeMap<>();
      pins.resolve(line(program), program.acknowledged().unpinned(), locked, environment)
          .forEach((platform, pin) -> texts.put(platform.name(), PinText.json(pin)));
      return texts;
    } catch (PinException e) {
      throw failure(name, e);
    }
  }

  /** Installs what the lock names; the answer is false where there is nothing for this platform. */
  boolean install(String name, Program program, SortedMap<String, Json> locked)
      throws CommandFailure, IOException {
    Optional<ProgramPin> pin = PinJson.on(pins.here(), locked, fault -> {});
    if (pin.isEmpty()) {
      return false;
    }
    try {
      pins.install(line(program), pin.get(), environment);
      return true;
    } catch (PinException e) {
      throw failure(name, e);
    }
  }

  private static CommandFailure failure(String name, PinException e) {
    return new CommandFailure(CommandFailure.CANNOT_JUDGE, name + ": " + e.what(), e.hint());
  }

  /** The line with its places filled in; references stay as they are written. */
  private Pins.Line line(Program program) {
    Path directory =
        program
            .cwd()
            .map(cwd -> project.directory().resolve(text(cwd)))
            .orElse(project.directory());
    return new Pins.Line(
        text(program.command()), program.args().stream().map(this::text).toList(), directory);
  }

  private String text(Template template) {
    return template.expand(
        reference -> Console.printable("${" + reference + "}"),
        place ->
            switch (place) {
              case PROJECT -> project.directory().toString();
              case HOME -> BaseEnvironment.of(environment).getOrDefault("HOME", "/");
            });
  }
}
