package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.review.LockedList;
import dev.gatekeeper.cli.allowlist.lock.LapsedEntry;
import dev.gatekeeper.cli.allowlist.lock.SurveyStage;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.trust.Project;
import java.io.IOException;
import java.util.Optional;

/** A list with what its locked servers say when they are started for that. */
final class SaidNow {
  private final Console console;
  private final Project project;

  SaidNow(Console console, Project project) {
    this.console = console;
    this.project = project;
  }

  /**
   * Starts or asks each locked server of {@code reviewed} whose entry still counts. The list may be
   * one that nobody trusted: where a server gets secrets, only a person may have it started.
   */
  LockedList of(LockedList reviewed) throws CommandFailure, IOException, InterruptedException {
    PersonalVault personal = PersonalVault.of(console);
    Lock lock = reviewed.lock();
    try (SurveyStage stage = new SurveyStage(console, personal, project, reviewed.list())) {
      for (Server server : reviewed.list().servers().values()) {
        Optional<LockedServer> locked = reviewed.locked(server.name());
        if (locked.isEmpty() || server.access().dynamic().isPresent()) {
          continue;
        }
        Optional<LapsedEntry> lapsed = LapsedEntry.of(server, console);
        if (lapsed.isPresent()) {
          lapsed.get().say(console);
        } else {
          if (!server.given().isEmpty()) {
            personal.refuseAgents("allowlist diff --live");
          }
          console
              .err()
              .println(
                  switch (server) {
                    case StdioServer _ -> "starts " + server.name();
                    case HttpServer http -> "asks " + http.name() + " at " + http.host();
                  });
          lock = lock.with(server.name(), stage.now(server, locked.get()));
        }
      }
    }
    return new LockedList(reviewed.list(), lock);
  }
}
