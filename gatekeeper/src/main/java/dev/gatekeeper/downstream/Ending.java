package dev.gatekeeper.downstream;

import dev.gatekeeper.kernel.ProcessLabel;
import dev.gatekeeper.kernel.Processes;
import dev.gatekeeper.kernel.Processes.Member;
import dev.gatekeeper.kernel.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The end of some servers, all at once, within a budget of time. In this order: stdin is closed,
 * which is how MCP asks a server to end; after two fifths of the budget SIGTERM; after seven tenths
 * SIGKILL. Each step is taken only where something is left, on the server's process group and, on
 * Linux, on every descendant that has left the group. What a dead server leaves behind gets its
 * SIGTERM at once.
 */
final class Ending {
  private static final double TERM_AT = 0.4;
  private static final double KILL_AT = 0.7;

  /** Between two looks at what is left. */
  private static final long PAUSE_MILLIS = 5;

  private final List<StdioProcess> servers;
  private final Set<ProcessLabel> labels;
  private final Set<Long> groups;
  private final long begin = System.nanoTime();
  private final long budget;
  private final long patience;

  /**
   * An end that begins now.
   *
   * @param budget for all steps
   * @param patience beyond the budget, for processes that got SIGKILL and are slow to go: a loaded
   *     machine, a device that hangs
   */
  Ending(List<StdioProcess> servers, Duration budget, Duration patience) {
    this.servers = servers;
    this.labels = servers.stream().map(StdioProcess::label).collect(Collectors.toSet());
    this.groups = servers.stream().map(StdioProcess::pid).collect(Collectors.toSet());
    this.budget = budget.toNanos();
    this.patience = patience.toNanos();
  }

  /**
   * Returns when nothing is left, or when budget and patience are used up; but never without a
   * SIGKILL to what is left, however late it is.
   */
  void run() throws InterruptedException {
    servers.forEach(StdioProcess::closeInput);
    awaitServers(TERM_AT);
    if (!anythingLeft()) {
      return;
    }
    signal(Signal.TERM);
    awaitServers(KILL_AT);
    awaitRest(KILL_AT);
    boolean late = false;
    while (anythingLeft() && !late) {
      signal(Signal.KILL);
      Thread.sleep(PAUSE_MILLIS);
      late = System.nanoTime() - begin > budget + patience;
    }
  }

  private boolean anythingLeft() {
    return !running().isEmpty()
        || (Processes.AVAILABLE
            ? !left().isEmpty()
            : servers.stream().anyMatch(server -> Signal.PROBE.toGroup(server.pid())));
  }

  private List<StdioProcess> running() {
    return servers.stream().filter(server -> !server.exit().isDone()).toList();
  }

  private List<Member> left() {
    return servers.isEmpty() ? List.of() : Processes.labelled(labels::contains, groups);
  }

  /**
   * Groups first, as one step; a process gets a signal once, since a second SIGTERM may mean more.
   */
  private void signal(Signal signal) {
    Set<Long> led = running().stream().map(StdioProcess::pid).collect(Collectors.toSet());
    led.forEach(signal::toGroup);
    for (Member member : left()) {
      if (!led.contains(member.group())) {
        Processes.signal(member, signal);
      }
    }
    if (!Processes.AVAILABLE) {
      // The group of a dead server keeps its id as long as it has a member.
      groups.stream().filter(id -> !led.contains(id)).forEach(signal::toGroup);
    }
  }

  private boolean passed(double share) {
    return System.nanoTime() - begin >= share * budget;
  }

  private void awaitServers(double share) throws InterruptedException {
    while (!passed(share) && !running().isEmpty()) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void awaitRest(double share) throws InterruptedException {
    while (!passed(share) && anythingLeft()) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
