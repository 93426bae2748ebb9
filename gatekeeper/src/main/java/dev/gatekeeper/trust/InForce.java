package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Problem;
import java.util.List;
import java.util.Optional;

/** Which list counts for a session, and if none does, why and what to type. */
public sealed interface InForce {
  /** What may pass: {@link AllowList#EMPTY} unless {@link Trusted}. */
  default AllowList list() {
    return AllowList.EMPTY;
  }

  /** One or two sentences for a person, or for the agent to pass on. */
  String text();

  /**
   * A person trusted exactly this content.
   *
   * @param list the project's, the personal one, or both together
   * @param note what stands beside the list and does not count, with what to type
   */
  record Trusted(AllowList list, Optional<String> note) implements InForce {
    @Override
    public String text() {
      String counts =
          list.servers().size()
              + " servers and "
              + list.commands().size()
              + " commands are allowed.";
      return note.map(more -> counts + " " + more).orElse(counts);
    }
  }

  /** There is a list, and nobody trusted this content of it. */
  record NotTrusted(String text) implements InForce {}

  /** There is no list at all. */
  record NoList(String text) implements InForce {}

  /**
   * There is a list that cannot be read as one.
   *
   * @param problems at least one
   */
  record Broken(List<Problem> problems) implements InForce {
    public Broken {
      problems = List.copyOf(problems);
    }

    /** Says where, and not what: the words of a list that nobody trusted are not for the agent. */
    @Override
    public String text() {
      Problem first = problems.getFirst();
      return "The allow-list is not in force, it has "
          + (problems.size() == 1 ? "a problem: " : problems.size() + " problems. The first: ")
          + "%s:%d:%d".formatted(first.file(), first.line(), first.column())
          + ". A person types: gatekeeper allowlist check";
    }
  }
}
