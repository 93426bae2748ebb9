package dev.gatekeeper.mcp;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import java.util.Optional;

/**
 * Tasks (experimental in MCP 2025-11-25) are offered to neither side: no capability says so, and
 * their methods do not exist. A request for a task is then an ordinary request, as the
 * specification demands of whoever does not declare the capability, so that what was judged and
 * recorded also ends with its one answer.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks">MCP
 *     2025-11-25, tasks</a>
 */
public final class Tasks {
  private Tasks() {}

  /** Takes the wish for a task out of a request, before the other side sees it. */
  public static void ignore(Splice splice, Optional<Slice> params) throws MalformedException {
    if (params.isPresent()) {
      splice.removeMember(params.get(), "task");
    }
  }

  /** Whether this is the handle of a task instead of a result. */
  public static boolean isHandle(Optional<Slice> result) throws MalformedException {
    return Params.member(Params.member(result, "task"), "taskId").isPresent();
  }
}
