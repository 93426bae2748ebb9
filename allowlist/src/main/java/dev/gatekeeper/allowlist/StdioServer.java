package dev.gatekeeper.allowlist;

import java.util.Optional;

/** A server that is a process of ours. */
public record StdioServer(
    String name,
    Review review,
    Access access,
    Program program,
    Lifetime lifetime,
    Optional<Sandbox> sandbox)
    implements Server {}
