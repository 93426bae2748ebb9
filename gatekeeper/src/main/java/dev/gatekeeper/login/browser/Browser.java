package dev.gatekeeper.login.browser;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The person's browser: started with a list of arguments, never by a shell. */
public final class Browser {
  private static final Pattern COLON = Pattern.compile(":");
  private static final Pattern BLANK = Pattern.compile(" +");
  private static final List<String> LINUX =
      List.of("xdg-open", "wslview", "sensible-browser", "x-www-browser", "www-browser");

  private final Map<String, String> environment;
  private final boolean mac;

  public Browser(Map<String, String> environment) {
    this(environment, System.getProperty("os.name", ""));
  }

  Browser(Map<String, String> environment, String platform) {
    this.environment = Map.copyOf(environment);
    this.mac = platform.toLowerCase(Locale.ROOT).startsWith("mac");
  }

  /**
   * Opens an address: by {@code BROWSER} (commands divided by colons; {@code %s} in one stands for
   * the address, which else is its last argument), else by the platform's opener.
   *
   * @return whether a program was started; what it does is not waited for
   */
  public boolean open(URI address) {
    for (List<String> command : commands(address.toString())) {
      if (started(command)) {
        return true;
      }
    }
    return false;
  }

  List<List<String>> commands(String address) {
    List<List<String>> commands = new ArrayList<>();
    COLON
        .splitAsStream(environment.getOrDefault("BROWSER", ""))
        .filter(command -> !command.isBlank())
        .forEach(command -> commands.add(filled(command, address)));
    boolean shows =
        environment.containsKey("DISPLAY")
            || environment.containsKey("WAYLAND_DISPLAY")
            || environment.containsKey("WSL_DISTRO_NAME");
    if (mac) {
      commands.add(List.of("/usr/bin/open", address));
    } else if (shows) {
      LINUX.forEach(program -> commands.add(List.of(program, address)));
    }
    return commands;
  }

  private static List<String> filled(String command, String address) {
    List<String> words = new ArrayList<>();
    boolean placed = false;
    for (String word : BLANK.splitAsStream(command.strip()).toList()) {
      placed |= word.contains("%s");
      words.add(word.replace("%s", address));
    }
    if (!placed) {
      words.add(address);
    }
    return words;
  }

  private boolean started(List<String> command) {
    Optional<Path> program = find(command.getFirst());
    if (program.isEmpty()) {
      return false;
    }
    List<String> argv = new ArrayList<>(command);
    argv.set(0, program.get().toString());
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    // It needs display and session of the person; where our passphrase lies it need not know.
    builder.environment().clear();
    environment.forEach(
        (name, value) -> {
          if (!name.startsWith("GATEKEEPER_")) {
            builder.environment().put(name, value);
          }
        });
    try {
      Process _ = builder.start();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Optional<Path> find(String program) {
    if (program.contains("/")) {
      return Optional.of(Path.of(program)).filter(Path::isAbsolute).filter(Files::isExecutable);
    }
    return COLON
        .splitAsStream(environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, program))
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .findFirst();
  }
}
