package dev.gatekeeper.pin;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.line.Start;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Container images. The container engine compares an image with its digest when it takes it; what
 * it keeps afterwards is its own affair, and its daemon belongs to root.
 */
final class Images {
  private Images() {}

  /** The line with the image by its digest; the engine is told not to fetch anything. */
  static Pinned check(Pins.Line line, ProgramPin.Image pin, Interpreters interpreters)
      throws PinException, IOException {
    Start.Image start = image(line);
    Optional<Digest> written = written(start);
    if (written.isPresent() && !written.get().equals(pin.digest())) {
      throw Pins.otherLine();
    }
    List<String> arguments = new ArrayList<>(line.arguments().subList(0, start.index()));
    int end =
        arguments.lastIndexOf("--") == arguments.size() - 1
            ? arguments.size() - 1
            : arguments.size();
    arguments.add(Math.max(0, end), "--pull=never");
    arguments.add(reference(start, pin));
    arguments.addAll(line.arguments().subList(start.index() + 1, line.arguments().size()));
    return new Pinned.Matches(interpreters.use(Pins.key(line)), arguments);
  }

  private static Start.Image image(Pins.Line line) throws PinException {
    if (Start.of(line.command(), line.arguments()) instanceof Start.Image start) {
      return start;
    }
    throw Pins.otherLine();
  }

  private static String reference(Start.Image start, ProgramPin.Image pin) {
    return pin.local() ? pin.digest().toString() : start.repository() + "@" + pin.digest();
  }

  private static Optional<Digest> written(Start.Image start) {
    int at = start.image().indexOf('@');
    return at < 0 ? Optional.empty() : Digest.read(start.image().substring(at + 1));
  }

  /** Fetches the image, unless the engine knows it as one that was built here, and pins it. */
  static ProgramPin.Image pin(Pins.Line line, Start.Image start, Map<String, String> environment)
      throws PinException, IOException {
    Tool engine = engine(line, environment);
    try {
      String _ = engine.run(line.directory(), List.of("pull", "--quiet", start.image()));
    } catch (PinException e) {
      Optional<Digest> local = inspect(engine, line, start.image(), "{{.Id}}");
      if (local.isEmpty()) {
        throw e;
      }
      return new ProgramPin.Image(local.get(), true);
    }
    Optional<Digest> written = written(start);
    Digest digest =
        written
            .or(() -> known(engine, line, start))
            .orElseThrow(
                () -> new PinException("the container engine names no digest of " + start.image()));
    return new ProgramPin.Image(digest, false);
  }

  /** The digest by which the registry knows it: that of the line's own repository. */
  private static Optional<Digest> known(Tool engine, Pins.Line line, Start.Image start) {
    String format = "{{range .RepoDigests}}{{println .}}{{end}}";
    return ask(engine, line, start.image(), format)
        .lines()
        .map(String::strip)
        .filter(text -> isOf(text, start.repository()))
        .flatMap(text -> Digest.read(text.substring(text.indexOf('@') + 1)).stream())
        .findFirst();
  }

  /** {@code alpine@…} and {@code docker.io/library/alpine@…} are one repository. */
  private static boolean isOf(String digest, String repository) {
    int at = digest.indexOf('@');
    String name = at < 0 ? "" : digest.substring(0, at);
    return name.equals(repository)
        || name.equals("docker.io/" + repository)
        || name.equals("docker.io/library/" + repository)
        || ("docker.io/" + name).equals(repository);
  }

  private static Optional<Digest> inspect(
      Tool engine, Pins.Line line, String image, String format) {
    String text = ask(engine, line, image, format).strip();
    return Digest.read(text.startsWith("sha256:") ? text : "sha256:" + text);
  }

  private static String ask(Tool engine, Pins.Line line, String image, String format) {
    try {
      return engine.run(line.directory(), List.of("image", "inspect", "--format", format, image));
    } catch (PinException | IOException e) {
      return "";
    }
  }

  /** Makes the engine have the image that a pin names. */
  static void fetch(Pins.Line line, ProgramPin.Image pin, Map<String, String> environment)
      throws PinException, IOException {
    Tool engine = engine(line, environment);
    String reference = reference(image(line), pin);
    List<String> arguments =
        pin.local()
            ? List.of("image", "inspect", "--format", "{{.Id}}", reference)
            : List.of("pull", "--quiet", reference);
    String _ = engine.run(line.directory(), arguments);
  }

  private static Tool engine(Pins.Line line, Map<String, String> environment) throws PinException {
    return line.command().contains("/")
        ? Tool.at(line.directory().resolve(line.command()), environment)
        : Tool.of(line.command(), environment);
  }
}
