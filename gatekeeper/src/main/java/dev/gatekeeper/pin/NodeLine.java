package dev.gatekeeper.pin;

import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.line.Unpinnable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How a package's program wants to be run, by its first line. */
final class NodeLine {
  private static final int MAX_LINE = 256;

  private NodeLine() {}

  /**
   * Options of node that the program asks for ({@code #!/usr/bin/env -S node --flag}).
   *
   * @throws PinException when it is not for node
   */
  static List<String> options(Path program) throws PinException, IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(program)) {
      start = in.readNBytes(MAX_LINE);
    }
    if (start.length >= 4 && start[0] == 0x7f && start[1] == 'E') {
      throw notForNode(program);
    }
    String line =
        new String(start, StandardCharsets.ISO_8859_1).lines().findFirst().orElse("").strip();
    if (!line.startsWith("#!")) {
      return List.of();
    }
    List<String> words =
        List.of(line.substring(2).strip().replace("env -S ", "env ").split("\\s+", -1));
    int node = words.getFirst().endsWith("/env") ? 1 : 0;
    String name = node < words.size() ? words.get(node) : "";
    if (!List.of("node", "nodejs").contains(name.substring(name.lastIndexOf('/') + 1))) {
      throw notForNode(program);
    }
    return words.subList(node + 1, words.size());
  }

  private static PinException notForNode(Path program) {
    return new PinException(program.getFileName() + " is not run by node", Unpinnable.DECLARE);
  }
}
