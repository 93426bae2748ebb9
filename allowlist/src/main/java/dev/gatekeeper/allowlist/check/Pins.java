package dev.gatekeeper.allowlist.check;

import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Template;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a program that is fetched by name at its start is fetched in one exact version.
 *
 * <p>Only the commands that fetch are known ({@code npx} and its like, {@code docker run}); what is
 * installed on the machine is not judged here.
 */
final class Pins {
  private static final Set<String> NPM = Set.of("npx", "pnpx", "bunx");
  private static final Set<String> PYTHON = Set.of("uvx", "pipx");

  /** Options of the known commands that take the next argument as their value. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-p",
          "--package",
          "-c",
          "--call",
          "--from",
          "--with",
          "--python",
          "-e",
          "--env",
          "-v",
          "--volume",
          "--mount",
          "--name",
          "--network",
          "-w",
          "--workdir",
          "-u",
          "--user",
          "--platform",
          "--entrypoint",
          "--env-file",
          "--add-host",
          "--cache",
          "--registry",
          "--index-url");

  private static final Pattern NPM_PINNED =
      Pattern.compile("(@[^@/]+/)?[^@/]+@[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?");
  private static final Pattern PYTHON_PINNED = Pattern.compile("[^=@]+(==|@)[0-9][0-9A-Za-z.!+-]*");
  private static final Pattern IMAGE_PINNED = Pattern.compile(".+@sha256:[0-9a-f]{64}");

  private Pins() {}

  /**
   * What is fetched without an exact version, as a hint how to write one; empty where nothing is.
   */
  static Optional<String> unpinned(Program program) {
    String command = program.command().toString();
    String name = command.substring(command.lastIndexOf('/') + 1);
    List<String> args = program.args().stream().map(Template::toString).toList();
    if (NPM.contains(name)) {
      return judge(args, 0, NPM_PINNED, "write NAME@1.2.3, e.g. npx -y NAME@1.2.3");
    }
    if (Set.of("npm", "pnpm", "yarn", "bun").contains(name)
        && !args.isEmpty()
        && Set.of("exec", "x", "dlx").contains(args.getFirst())) {
      return judge(args, 1, NPM_PINNED, "write NAME@1.2.3");
    }
    if (PYTHON.contains(name)) {
      int skip = !args.isEmpty() && args.getFirst().equals("run") ? 1 : 0;
      return judge(args, skip, PYTHON_PINNED, "write NAME==1.2.3 or NAME@1.2.3");
    }
    if (name.equals("uv") && args.size() > 1 && args.get(0).equals("tool")) {
      return judge(args, 2, PYTHON_PINNED, "write NAME==1.2.3 or NAME@1.2.3");
    }
    if (program.startsContainer() && !args.isEmpty() && args.getFirst().equals("run")) {
      return judge(args, 1, IMAGE_PINNED, "write IMAGE@sha256:…");
    }
    return Optional.empty();
  }

  /**
   * Judges what {@code --package} or {@code --from} names, else the first argument that is none.
   */
  private static Optional<String> judge(List<String> args, int from, Pattern pinned, String hint) {
    boolean named = false;
    for (int i = from; i < args.size(); i++) {
      String arg = args.get(i);
      String value = "";
      if (Set.of("-p", "--package", "--from").contains(arg) && i + 1 < args.size()) {
        value = args.get(i + 1);
      } else if (arg.startsWith("--package=") || arg.startsWith("--from=")) {
        value = arg.substring(arg.indexOf('=') + 1);
      }
      if (!value.isEmpty()) {
        named = true;
        if (!pinned.matcher(value).matches()) {
          return Optional.of(hint);
        }
      }
      if (WITH_VALUE.contains(arg)) {
        i++;
      } else if (!arg.startsWith("-")) {
        return named || pinned.matcher(arg).matches() ? Optional.empty() : Optional.of(hint);
      }
    }
    return named ? Optional.empty() : Optional.of(hint);
  }
}
