package dev.gatekeeper.allowlist;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a process is started.
 *
 * @param command the program; never refers to a secret
 * @param env the variables it is born with, beside the documented base
 * @param files variables that name an owner-only file which holds the secret and dies with the
 *     process
 * @param cwd its working directory; the project's where absent; never refers to a secret
 */
public record Program(
    Template command,
    List<Template> args,
    SortedMap<String, Template> env,
    SortedMap<String, Reference> files,
    Optional<Template> cwd,
    Acknowledged acknowledged) {
  private static final Set<String> CONTAINERS = Set.of("docker", "podman", "nerdctl");

  private static final Pattern LOADER = Pattern.compile("LD_.*|GLIBC_TUNABLES|GCONV_PATH|LOCPATH");

  public Program {
    args = List.copyOf(args);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** A line that a person typed, taken literally, and secrets for variables and files. */
  public static Program of(
      List<String> line, SortedMap<String, Template> env, SortedMap<String, Reference> files) {
    return new Program(
        Template.literal(line.getFirst()),
        line.stream().skip(1).map(Template::literal).toList(),
        env,
        files,
        Optional.empty(),
        Acknowledged.NOTHING);
  }

  /** Whether what it starts runs elsewhere: a daemon starts it, at the word of this program. */
  public boolean startsContainer() {
    String name = command.toString();
    return CONTAINERS.contains(name.substring(name.lastIndexOf('/') + 1));
  }

  /**
   * The variables by which the system's loader, and not the program, takes other code or settings:
   * whatever starts the program is subject to them as well.
   */
  public List<String> loaderVariables() {
    return Stream.concat(env.keySet().stream(), files.keySet().stream())
        .filter(name -> LOADER.matcher(name).matches())
        .toList();
  }

  /** Every secret that one launch needs. */
  public SortedSet<Reference> references() {
    SortedSet<Reference> references = new TreeSet<>(files.values());
    args.forEach(arg -> references.addAll(arg.references()));
    env.values().forEach(value -> references.addAll(value.references()));
    return references;
  }
}
