package dev.gatekeeper.allowlist;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A server that is a process of ours.
 *
 * @param redact whether known secret values are masked in what it sends
 * @param volatileFields JSON pointers into definitions that may differ from the lock
 * @param dynamic why definitions depend on the credentials in use
 */
public record StdioServer(
    String name,
    Review review,
    Access access,
    Program program,
    Lifetime lifetime,
    boolean redact,
    Optional<Sandbox> sandbox,
    List<String> volatileFields,
    Optional<String> dynamic)
    implements Server {
  public StdioServer {
    volatileFields = List.copyOf(volatileFields);
  }

  /** The program, as written. */
  public Template command() {
    return program.command();
  }

  /** Its arguments. */
  public List<Template> args() {
    return program.args();
  }

  /** Its variables. */
  public SortedMap<String, Template> env() {
    return program.env();
  }

  /** Its variables that name files with secrets. */
  public SortedMap<String, Reference> files() {
    return program.files();
  }

  /** Its working directory; the project's where absent. */
  public Optional<Template> cwd() {
    return program.cwd();
  }
}
