package dev.gatekeeper.holder;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.Following;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.follow.Upstream;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the lists in force entitle entries to, read anew at each question: the asker's word for it
 * counts for nothing.
 */
final class Releases {
  /** Projects of one person that follow a branch; the longest unused gives way. */
  private static final int MAX_BRANCHES = 16;

  /**
   * Between two times that a remote is asked: whoever asks for what he does not get may do so
   * often.
   */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private static final String COMMAND = "run:";

  private final Home home;
  private final HeldVault vault;
  private final Trust trust;
  private final Map<String, String> environment;
  private final InstantSource clock;

  /** Asking a remote takes up to a minute: apart from the answers, one at a time. */
  private final ExecutorService remotes =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("holder-branch").factory());

  /** A project's branch, and when it was asked for last. */
  private record Branch(Following following, Instant asked) {}

  private final Map<Path, Branch> branches =
      new LinkedHashMap<>(MAX_BRANCHES, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Branch> eldest) {
          return size() > MAX_BRANCHES;
        }
      };

  /**
   * @param vault whose tokens private remotes are asked with
   */
  Releases(Home home, HeldVault vault, Map<String, String> environment, InstantSource clock) {
    this.home = home;
    this.vault = vault;
    this.trust = new Trust(home);
    this.environment = Map.copyOf(environment);
    this.clock = clock;
  }

  /** Why an entry gets no value of a reference; empty where it does. */
  Optional<String> refusal(String directory, String entry, String reference) {
    Optional<Project> project = project(directory);
    if (project.isEmpty()) {
      return Optional.of("that is the real path of no project");
    }
    if (entry.startsWith(Upstream.GRANTEE)) {
      return asks(project.get(), entry, reference)
          ? Optional.empty()
          : Optional.of("no branch that is followed there is asked with this secret");
    }
    if (entitles(trust.inForce(project.get()), entry, reference)) {
      return Optional.empty();
    }
    return entitles(byBranch(project.get()), entry, reference)
        ? Optional.empty()
        : Optional.of("no list in force there entitles this entry to this secret");
  }

  /** Of a directory that is named by its one real path, and is the project itself. */
  private static Optional<Project> project(String directory) {
    try {
      Project project = Project.find(Path.of(directory));
      return project.directory().toString().equals(directory)
          ? Optional.of(project)
          : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Whether that is the token of the very remote that a person bound. */
  private boolean asks(Project project, String entry, String reference) {
    return new Following(home, project, environment)
        .upstream()
        .filter(upstream -> upstream.grantee().equals(entry))
        .flatMap(Upstream::credential)
        .filter(credential -> credential.secret().equals(reference))
        .isPresent();
  }

  private boolean entitles(InForce inForce, String entry, String reference) {
    Optional<Entry> known = entry(inForce.list(), entry);
    return known.isPresent()
        && !known.get().review.expired(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))
        && known.get().references.contains(reference(reference));
  }

  private static Reference reference(String asked) {
    return asked.startsWith(HolderClient.TEAM)
        ? new Reference("team", asked.substring(HolderClient.TEAM.length()))
        : new Reference("secret", asked);
  }

  private record Entry(Review review, Set<Reference> references) {}

  private static Optional<Entry> entry(AllowList list, String name) {
    if (name.startsWith(COMMAND)) {
      Command command = list.commands().get(name.substring(COMMAND.length()));
      return command == null
          ? Optional.empty()
          : Optional.of(new Entry(command.review(), command.program().references()));
    }
    return Optional.ofNullable(list.servers().get(name))
        .map(server -> new Entry(server.review(), server.secrets()));
  }

  /** What a followed branch said last; it is asked again, and a later question gets that. */
  private InForce byBranch(Project project) {
    Branch branch;
    boolean due;
    synchronized (this) {
      branch =
          branches.computeIfAbsent(
              project.directory(),
              at -> new Branch(new Following(home, project, environment), Instant.MIN));
      due = branch.asked.isBefore(clock.instant().minus(PAUSE));
      if (due) {
        branches.put(project.directory(), new Branch(branch.following, clock.instant()));
      }
    }
    if (due) {
      HeldTokens tokens = new HeldTokens(home, vault, project.directory().toString());
      remotes.execute(() -> branch.following.refresh(tokens));
    }
    return branch.following.inForce(trust);
  }
}
