package dev.gatekeeper.source;

import dev.gatekeeper.files.Home;
import java.nio.file.Path;
import java.util.Map;

/**
 * What sources depend on beside the reference. Without {@code toString}: the environment may hold
 * what must not be printed.
 */
public final class Setting {
  private final Home home;
  private final Path project;
  private final String userHome;
  private final Map<String, String> environment;

  /**
   * @param home where a person's own rows stand
   * @param project what relative files belong to, canonical
   * @param userHome the person's home directory, for {@code ~/}
   * @param environment our own, of which each row hands on what it names
   */
  public Setting(Home home, Path project, String userHome, Map<String, String> environment) {
    this.home = home;
    this.project = project;
    this.userHome = userHome;
    this.environment = Map.copyOf(environment);
  }

  Home home() {
    return home;
  }

  Path project() {
    return project;
  }

  String userHome() {
    return userHome;
  }

  /** The value of a variable of ours; empty where it is not set. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }
}
