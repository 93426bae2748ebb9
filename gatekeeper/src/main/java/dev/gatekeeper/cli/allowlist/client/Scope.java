package dev.gatekeeper.cli.allowlist.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** For whom a client's file counts. */
public enum Scope {
  /** All who work in the project: it lies in the repository. */
  PROJECT,
  /** This person in this project. */
  LOCAL,
  /** This person everywhere. */
  USER,
  /** Everybody on this machine: an administrator wrote it. */
  MANAGED,
  /** This person, by way of an installed plugin. */
  PLUGIN;

  /** As a person types it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Scope> of(String id) {
    return Arrays.stream(values()).filter(scope -> scope.id().equals(id)).findFirst();
  }

  public static List<String> ids() {
    return Arrays.stream(values()).map(Scope::id).toList();
  }
}
