package dev.gatekeeper.fleet;

import java.time.Duration;
import java.util.Optional;

/** What one server's process is doing. */
sealed interface State {
  /** One clause for a person or the agent. */
  String text();

  /** The process that goes on unless it is stopped, where there is one. */
  default Optional<Link> underWay() {
    return Optional.empty();
  }

  /** No process, and the next use starts one: {@code text} says why there is none. */
  record Idle(String text) implements State {}

  /** On its way; another link's end does not end this start. */
  record Starting(Link link) implements State {
    @Override
    public String text() {
      return "starting";
    }

    @Override
    public Optional<Link> underWay() {
      return Optional.of(link);
    }
  }

  record Live(Link link) implements State {
    @Override
    public String text() {
      return "running" + link.describe();
    }

    @Override
    public Optional<Link> underWay() {
      return Optional.of(link);
    }
  }

  /** Not wanted any more: its end is awaited, so that two of a server never run at once. */
  record Stopping(Link link, String why) implements State {
    @Override
    public String text() {
      return "stopping: " + why;
    }
  }

  /** Could not start, or died: {@code text} tells it; the backoff says when it may start again. */
  record Resting(String text) implements State {
    /** The same for a call that comes meanwhile. */
    String text(Duration left) {
      return text + "; it can be started again in " + (left.toSeconds() + 1) + " s";
    }
  }

  /** Cannot run in this version, whatever is tried. */
  record Unavailable(String text) implements State {}

  record Closed() implements State {
    @Override
    public String text() {
      return "closed";
    }
  }
}
