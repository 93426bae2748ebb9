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
  /** Every secret that may reach it: at its launch, or in an argument. */
  public SortedSet<Reference> secrets() {
    SortedSet<Reference> secrets = new TreeSet<>(program.references());
    secrets.addAll(access.secretArguments().references());
    return secrets;
  }
}
