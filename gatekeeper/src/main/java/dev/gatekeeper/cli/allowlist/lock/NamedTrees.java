package dev.gatekeeper.cli.allowlist.lock;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.pin.AuthorityPin;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.PinJson;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.cli.console.CommandFailure;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/** The installed trees that locks name, for whatever platform. */
final class NamedTrees {
  private NamedTrees() {}

  /**
   * Digests of the trees.
   *
   * @throws CommandFailure where a pin cannot be read, so that nobody knows what it names
   */
  static Set<Digest> of(List<Lock> locks) throws CommandFailure {
    Set<Digest> trees = new HashSet<>();
    for (Lock lock : locks) {
      List<SortedMap<String, Json>> all =
          Stream.concat(
                  lock.servers().values().stream().map(server -> server.pins()),
                  lock.commands().values().stream().map(command -> command.pins()))
              .toList();
      for (SortedMap<String, Json> pins : all) {
        for (Map.Entry<String, Json> pin : pins.entrySet()) {
          if (!pin.getKey().equals(AuthorityPin.NAME)) {
            trees.addAll(trees(pin.getValue()));
          }
        }
      }
    }
    return trees;
  }

  private static List<Digest> trees(Json json) throws CommandFailure {
    Optional<ProgramPin> pin = PinJson.read(json, fault -> {});
    if (pin.isEmpty()) {
      throw CommandFailure.cannotJudge(
          "a lock has a pin that this version does not know; nothing was removed",
          "gatekeeper allowlist check");
    }
    return switch (pin.get()) {
      case ProgramPin.Npm npm -> List.copyOf(npm.installed().values());
      case ProgramPin.Python python -> List.of(python.installed());
      case ProgramPin.Image _, ProgramPin.Script _, ProgramPin.Binary _, ProgramPin.Unpinned _ ->
          List.of();
    };
  }
}
