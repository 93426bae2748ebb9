package dev.gatekeeper.pin;

import dev.gatekeeper.pin.cache.PinException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where node looks for a module that a pinned tree does not have (a plugin that is optional, say):
 * in {@code node_modules} of every folder above, and in three more places. What lies there nobody
 * reviewed, and it would run with the server's secrets. So there must be nothing.
 *
 * <p>Source: "Loading from node_modules folders" and "Loading from the global folders" in the
 * documentation of node's modules.
 */
final class NodeModules {
  private NodeModules() {}

  /**
   * @param tree folder of the installed tree
   * @param home the HOME that the server will have
   * @param node the program that runs it
   */
  static void check(Path tree, Path home, Path node) throws PinException {
    List<Path> places = new ArrayList<>();
    for (Path at = tree.getParent(); at != null; at = at.getParent()) {
      places.add(at.resolve("node_modules"));
    }
    places.add(home.resolve(".node_modules"));
    places.add(home.resolve(".node_libraries"));
    Path bin = node.getParent();
    Path prefix = bin == null ? null : bin.getParent();
    if (prefix != null) {
      places.add(prefix.resolve("lib/node"));
    }
    for (Path place : places) {
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new PinException(
            "node would load modules from " + place + " as well, which no lock names",
            "move it away, or let GATEKEEPER_HOME name a folder outside of " + place.getParent());
      }
    }
  }
}
