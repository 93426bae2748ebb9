package dev.gatekeeper.allowlist;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** A server that is a process of ours. */
public record StdioServer(
    String name,
    Review review,
    Access access,
    Program program,
    Lifetime lifetime,
    Optional<Sandbox> sandbox)
    implements Server {
  @Override
  public Server under(Review other) {
    return new StdioServer(name, other, access, program, lifetime, sandbox);
  }

  @Override
  public SortedSet<Reference> given() {
    return new TreeSet<>(program.references());
  }
}
