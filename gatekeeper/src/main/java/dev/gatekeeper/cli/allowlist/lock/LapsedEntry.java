package dev.gatekeeper.cli.allowlist.lock;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.time.LocalDate;
import java.util.Optional;

/**
 * An entry whose last day is over. All of it is denied, so that what its server offers cannot be
 * learnt: a survey of it would find nothing, and that would be locked in place of what was
 * reviewed.
 */
public final class LapsedEntry {
  private final String name;
  private final Review review;
  private final LocalDate last;

  private LapsedEntry(String name, Review review, LocalDate last) {
    this.name = name;
    this.review = review;
    this.last = last;
  }

  /** The entry of {@code server}, if it is one. */
  public static Optional<LapsedEntry> of(Server server, Console console) {
    return of(server.name(), server.review(), console);
  }

  /** The entry of {@code command}, if it is one. */
  static Optional<LapsedEntry> of(Command command, Console console) {
    return of(command.name(), command.review(), console);
  }

  private static Optional<LapsedEntry> of(String name, Review review, Console console) {
    return review
        .expires()
        .filter(_ -> review.expired(console.today()))
        .map(last -> new LapsedEntry(name, review, last));
  }

  /** For a command that goes on without it. */
  public void say(Console console) {
    console.err().println("gatekeeper: warning: " + what());
    console.err().println("gatekeeper: hint: " + hint());
  }

  /** For a command that was to start it. */
  CommandFailure refusal() {
    return CommandFailure.no(what(), hint());
  }

  private String what() {
    return name + " expired on " + last + ": it is not started, and what is locked of it stays";
  }

  private String hint() {
    return review.typed(
        "have it reviewed and set a later \"expires\"; then gatekeeper allowlist lock " + name);
  }
}
