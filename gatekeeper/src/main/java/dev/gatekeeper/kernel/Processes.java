package dev.gatekeeper.kernel;

import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The processes that came of ours, as Linux tells them in {@code /proc}. Nothing elsewhere: on
 * macOS only the process group of a child can be addressed.
 *
 * <p>Since we are the subreaper, every living descendant has a chain of parents that leads to us.
 */
public final class Processes {
  /** False where descendants outside a group cannot be found. */
  public static final boolean AVAILABLE = Platform.CURRENT == Platform.LINUX;

  private static final File PROC = new File("/proc");
  private static final String LABEL_LINE = "Max file locks ";
  private static final int DECIMAL = 10;

  /** Fields of {@code /proc/PID/stat}, counted from the state, see proc_pid_stat(5). */
  private static final int PARENT = 1;

  private static final int GROUP = 2;
  private static final int STARTED = 19;

  private Processes() {}

  /**
   * A living process.
   *
   * @param pid its id
   * @param parent its parent's id
   * @param group its process group
   * @param started in clock ticks since boot: with the id, it names a process for good
   */
  public record Member(long pid, long parent, long group, long started) {}

  /** As {@link #labelled(Predicate, Set)}, without groups. */
  public static List<Member> labelled(Predicate<ProcessLabel> wanted) {
    return labelled(wanted, Set.of());
  }

  /**
   * All living descendants of ours whose label fits, or who are in one of these process groups, and
   * all of theirs, whatever label and group these have. Zombies are not living.
   */
  public static List<Member> labelled(Predicate<ProcessLabel> wanted, Set<Long> groups) {
    if (!AVAILABLE) {
      return List.of();
    }
    Map<Long, List<Member>> byParent = new HashMap<>();
    for (Member member : all()) {
      byParent.computeIfAbsent(member.parent(), parent -> new ArrayList<>()).add(member);
    }
    List<Member> found = new ArrayList<>();
    Predicate<Member> fits =
        one -> groups.contains(one.group()) || label(one.pid()).filter(wanted).isPresent();
    collect(ProcessHandle.current().pid(), false, byParent, fits, new HashSet<>(), found);
    return found;
  }

  private static void collect(
      long parent,
      boolean inherited,
      Map<Long, List<Member>> byParent,
      Predicate<Member> wanted,
      Set<Long> seen,
      List<Member> found) {
    for (Member member : byParent.getOrDefault(parent, List.of())) {
      // Parents read at different instants may form a loop.
      if (seen.add(member.pid())) {
        boolean fits = inherited || wanted.test(member);
        if (fits) {
          found.add(member);
        }
        collect(member.pid(), fits, byParent, wanted, seen, found);
      }
    }
  }

  /**
   * Whether labels lead to processes here. They do not where this resource limit is limited
   * already, or where something other than Linux plays its part and does not show it.
   */
  public static boolean labelsWork() {
    return AVAILABLE
        && ResourceLimits.canLabel()
        && ProcFile.read(ProcessHandle.current().pid(), "limits").contains(LABEL_LINE);
  }

  /** Sends a signal, unless the id has passed to another process since. */
  public static void signal(Member member, Signal signal) {
    if (read(member.pid()).filter(now -> now.started() == member.started()).isPresent()) {
      signal.to(member.pid());
    }
  }

  /** Whether a process, a zombie included, is in our process group; so is one that is gone. */
  static boolean isOfOurGroup(long pid) {
    String group = group(pid);
    return group.isEmpty() || group.equals(group(ProcessHandle.current().pid()));
  }

  private static String group(long pid) {
    String stat = ProcFile.read(pid, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", GROUP + 2);
    return fields.length > GROUP ? fields[GROUP] : "";
  }

  /** The label of a process, zombies included; nothing where it has none of its own. */
  static Optional<ProcessLabel> label(long pid) {
    if (!AVAILABLE) {
      return Optional.empty();
    }
    String limits = ProcFile.read(pid, "limits");
    int line = limits.indexOf(LABEL_LINE);
    if (line < 0) {
      return Optional.empty();
    }
    String rest = limits.substring(line + LABEL_LINE.length()).stripLeading();
    int end = 0;
    while (end < rest.length() && Character.isDigit(rest.charAt(end))) {
      end++;
    }
    if (end != ProcessLabel.DIGITS) {
      return Optional.empty();
    }
    ProcessLabel label = new ProcessLabel(Long.parseLong(rest.substring(0, end)));
    // A gatekeeper behind a gatekeeper is itself labelled, and so are its ordinary children.
    return label.number() == ResourceLimits.bornWithLabel() ? Optional.empty() : Optional.of(label);
  }

  private static List<Member> all() {
    List<Member> all = new ArrayList<>();
    String[] entries = PROC.list();
    for (String entry : entries == null ? new String[0] : entries) {
      if (entry.charAt(0) >= '1' && entry.charAt(0) <= '9') {
        read(Long.parseLong(entry)).ifPresent(all::add);
      }
    }
    return all;
  }

  /** Reads {@code /proc/PID/stat}; nothing where the process is gone or a zombie. */
  private static Optional<Member> read(long pid) {
    String stat = ProcFile.read(pid, "stat");
    // "PID (NAME) STATE PPID …": the name may hold anything, so count from its closing bracket.
    int state = stat.lastIndexOf(')') + 2;
    if (state < 2 || stat.charAt(state) == 'Z' || stat.charAt(state) == 'X') {
      return Optional.empty();
    }
    long parent = 0;
    long group = 0;
    int from = state;
    for (int field = 0; field < STARTED; field++) {
      int end = stat.indexOf(' ', from);
      if (field == PARENT) {
        parent = Long.parseLong(stat, from, end, DECIMAL);
      } else if (field == GROUP) {
        group = Long.parseLong(stat, from, end, DECIMAL);
      }
      from = end + 1;
    }
    long started = Long.parseLong(stat, from, stat.indexOf(' ', from), DECIMAL);
    return Optional.of(new Member(pid, parent, group, started));
  }
}
