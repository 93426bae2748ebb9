package dev.gatekeeper.broker;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.opening.KeptSecret;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one process is born with. Every secret in it stands in a durable grant. To be closed when
 * the process has ended: its files die with it, and the log says that the secrets are no longer
 * out.
 */
public final class Launch implements AutoCloseable {
  private final String command;
  private final List<String> arguments;
  private final List<byte[]> environment;
  private final SortedSet<String> names;
  private final String path;
  private final Path directory;
  private final Optional<SecretFiles> files;
  private final List<Grant> grants;
  private final AuditLog audit;
  private boolean closed;
  private boolean revoked;
  private @Nullable Runnable ending;
  private Runnable closing = () -> {};

  /** A grant that was written, to be revoked. */
  record Grant(long n, Entry revoke) {
    Grant printed(KeptSecret secret) {
      return secret.prints().isEmpty()
          ? this
          : new Grant(n, revoke.with(Field.DIGEST, "print:" + secret.prints().getFirst()));
    }
  }

  Launch(
      String command,
      List<String> arguments,
      List<byte[]> environment,
      SortedSet<String> names,
      String path,
      Path directory,
      Optional<SecretFiles> files,
      List<Grant> grants,
      AuditLog audit) {
    this.command = command;
    this.arguments = List.copyOf(arguments);
    this.environment = List.copyOf(environment);
    this.names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    this.path = path;
    this.directory = directory;
    this.files = files;
    this.grants = List.copyOf(grants);
    this.audit = audit;
  }

  /** The program as the entry has it, places filled in; yet to be resolved. */
  public String command() {
    return command;
  }

  /** Arguments after the program. */
  public List<String> arguments() {
    return arguments;
  }

  /**
   * {@code NAME=value} in bytes, sorted by name, base included: the whole environment of the child.
   * The arrays are wiped by {@link #started} and by {@link #close}.
   */
  public List<byte[]> environmentBlock() {
    return environment;
  }

  /** Names of all variables. */
  public SortedSet<String> names() {
    return names;
  }

  /** The child's own {@code PATH}, by which its program is found. */
  public String path() {
    return path;
  }

  /** By what its program is found and run; to be asked for before {@link #started}. */
  public Outline outline() {
    byte[] home = value("HOME");
    try {
      return new Outline(
          command, arguments, directory, path, Path.of(new String(home, StandardCharsets.UTF_8)));
    } finally {
      Arrays.fill(home, (byte) 0);
    }
  }

  /**
   * The value of a variable, which the caller wipes; to be asked for before {@link #started}.
   *
   * @param variable one of {@link #names}, without an equals sign
   */
  public byte[] value(String variable) {
    byte[] name = (variable + "=").getBytes(StandardCharsets.UTF_8);
    for (byte[] each : environment) {
      if (each.length >= name.length && Arrays.equals(each, 0, name.length, name, 0, name.length)) {
        return Arrays.copyOfRange(each, name.length, each.length);
      }
    }
    throw new AssertionError("no such variable");
  }

  /** Working directory, absolute. */
  public Path directory() {
    return directory;
  }

  /** The directory of its files with secrets, where it has some. */
  public Optional<Path> filesDirectory() {
    return files.map(SecretFiles::directory);
  }

  /** The process has its environment: wipes ours. Files stay until {@link #close}. */
  public void started() {
    environment.forEach(variable -> Arrays.fill(variable, (byte) 0));
  }

  /**
   * What ends the process when the vault is closed: run once, on any thread, and at once where that
   * has happened already.
   */
  public void whenRevoked(Runnable end) {
    synchronized (this) {
      ending = end;
      if (!revoked) {
        return;
      }
    }
    end.run();
  }

  /** The vault was closed: whatever holds these values is to end. */
  void revoke() {
    Runnable end;
    synchronized (this) {
      if (revoked || closed) {
        return;
      }
      revoked = true;
      end = ending;
    }
    if (end != null) {
      end.run();
    }
  }

  /** Run when it is closed. */
  synchronized void whenClosed(Runnable then) {
    closing = then;
  }

  /** Wipes, deletes the files, and records the end of each grant. A second call does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    started();
    files.ifPresent(SecretFiles::close);
    for (Grant grant : grants) {
      Entry entry = grant.revoke.with(Field.REF, grant.n);
      audit.submit(revoked ? entry.with(Field.REASON, "vault closed") : entry, receipt -> {});
    }
    closing.run();
  }

  static Entry revoke(String reference, String variable, String server) {
    return Entry.of(Event.REVOKE)
        .with(Field.SERVER, server)
        .with(Field.SECRET, reference)
        .with(Field.VARIABLE, variable);
  }
}
