package dev.gatekeeper.pin.line;

import java.util.Set;

/** Programs that run code which other files hold. */
public final class Interpreter {
  private static final Set<String> NAMES =
      Set.of(
          """
          node nodejs deno python ruby perl php lua java bash sh zsh dash ksh fish Rscript julia
          tsx ts-node pwsh elixir escript guile racket tclsh wasmtime\
          """
              .split("\\s+"));

  /** Programs that start others, by names and rules of their own. */
  static final Set<String> RUNNERS =
      Set.of(
          """
          make just go cargo dotnet poetry pdm hatch rye conda mamba micromamba pixi nix nix-shell
          mise asdf direnv env sudo doas su nohup timeout nice ionice xargs time ssh mvn mvnw
          gradle gradlew script setsid stdbuf watch systemd-run flatpak snap corepack volta fnm
          pyenv rbenv bundle docker-compose kubectl jbang coursier cs\
          """
              .split("\\s+"));

  /** Options by which code stands in the line, or in a place that only the interpreter knows. */
  public static final Set<String> INLINE =
      Set.of("-c", "-e", "-m", "-p", "-r", "--eval", "--print", "-pe", "--run", "--command");

  private Interpreter() {}

  static boolean isOne(String name) {
    return NAMES.contains(stem(name));
  }

  /** {@code python3.12} and {@code python3} are python. */
  public static String stem(String name) {
    return name.replaceFirst("[0-9.]+\\z", "");
  }
}
