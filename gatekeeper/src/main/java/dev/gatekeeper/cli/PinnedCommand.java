package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.allowlist.pin.PinJson;
import dev.gatekeeper.broker.Outline;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.console.PersonalWitness;
import dev.gatekeeper.pin.Pinned;
import dev.gatekeeper.pin.Pins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sees to it that {@code run NAME} starts the program that the lock names.
 *
 * @param further how many of the arguments were typed behind the name: they are judged by the
 *     entry's rule, and are no part of what is pinned
 */
record PinnedCommand(PersonalVault personal, Lock lock, Command command, int further) {
  /**
   * What is run; empty where the line is to be run as it is, because the reviewed entry says why.
   *
   * @throws CommandFailure where it is not the locked program
   */
  Optional<Pinned.Matches> check(Outline launch) throws CommandFailure {
    Optional<LockedCommand> locked = lock.find(command);
    if (locked.isEmpty()) {
      if (command.program().acknowledged().unpinned().isPresent()) {
        return Optional.empty();
      }
      throw refused("its program is not locked", "gatekeeper allowlist lock " + command.name());
    }
    Pins pins = new Pins(personal.home(), PersonalWitness.of(personal));
    int own = launch.arguments().size() - further;
    Pins.Line line =
        new Pins.Line(launch.command(), launch.arguments().subList(0, own), launch.directory());
    Pinned pinned =
        pins.check(
            line,
            PinJson.on(pins.here(), locked.get().pins(), fault -> {}),
            launch.path(),
            launch.home());
    return switch (pinned) {
      case Pinned.Matches matches -> {
        List<String> arguments = new ArrayList<>(matches.arguments());
        arguments.addAll(launch.arguments().subList(own, launch.arguments().size()));
        yield Optional.of(new Pinned.Matches(matches.program(), arguments));
      }
      case Pinned.NotPinned() -> Optional.empty();
      case Pinned.Refused(String what, String hint) -> throw refused(what, hint);
    };
  }

  private CommandFailure refused(String what, String hint) {
    return new CommandFailure(
        RunCommand.REFUSED,
        what,
        hint.isEmpty() ? Optional.empty() : Optional.of(command.review().typed(hint)));
  }
}
