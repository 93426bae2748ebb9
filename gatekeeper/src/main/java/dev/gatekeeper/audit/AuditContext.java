package dev.gatekeeper.audit;

import dev.gatekeeper.audit.record.Field;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What every record of this process says of the process: session, agent, project, list in force.
 * Thread-safe; a change shows in records that are submitted after it.
 */
public final class AuditContext {
  private volatile Map<Field, String> values = Map.of();

  /** A context that holds the id of this process. */
  public AuditContext() {
    set(Field.PID, Long.toString(ProcessHandle.current().pid()));
  }

  /** The id of the session, made up by the caller. */
  public void session(String id) {
    set(Field.SESSION, id);
  }

  /** Name and version that the agent gave of itself. */
  public void agent(String name, String version) {
    set(Field.AGENT, name);
    set(Field.AGENT_VERSION, version);
  }

  /** The directory of the project. */
  public void project(String path) {
    set(Field.PROJECT, path);
  }

  /** The digest of the allow-list in force. */
  public void list(String digest) {
    set(Field.LIST, digest);
  }

  /** The digest of the lock file in force. */
  public void lock(String digest) {
    set(Field.LOCK, digest);
  }

  private synchronized void set(Field field, String value) {
    Map<Field, String> next = new EnumMap<>(Field.class);
    next.putAll(values);
    if (value.isEmpty()) {
      next.remove(field); // a record leaves out what it has no value for
    } else {
      next.put(field, value);
    }
    values = Collections.unmodifiableMap(next);
  }

  Map<Field, String> values() {
    return values;
  }
}
