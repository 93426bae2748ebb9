package dev.gatekeeper.cli;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.HolderClient;
import dev.gatekeeper.trust.Following;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.acceptance.Acceptances;
import dev.gatekeeper.trust.follow.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Notices that another list came into force while a session runs: a person trusted one, took one
 * back, the list that is there changed, or the followed branch has another one.
 *
 * <p>Looks at the names, sizes and times of the files every two seconds, and reads them where one
 * changed, or the day. What it finds is judged anew by {@link Trust}; a file that changes is no
 * reason to believe it.
 */
final class ListWatch {
  /** Below what a person notices between two windows; a stat of six files each time. */
  private static final long PERIOD_MILLIS = 2_000;

  /** How often a followed branch is asked for: below what a person waits for after a merge. */
  private static final long BRANCH_MINUTES = 5;

  private static final int MAX_DEPTH = 2;
  private static final int MAX_WITHIN = 64;

  /** The highest numbers first: of more signed statements than that, those are the ones. */
  private static final Comparator<Path> HIGHEST_FIRST =
      Comparator.<Path>comparingInt(path -> path.toString().length())
          .thenComparing(Comparator.naturalOrder())
          .reversed();

  private final Trust trust;
  private final Following following;
  private final List<Path> files;
  private final List<Path> keys;
  private volatile String tip = "";
  private String seen;
  private String failed = "";

  ListWatch(Home home, Project project, Map<String, String> environment) {
    this.trust = new Trust(home);
    this.following = new Following(home, project, environment);
    this.files = new ArrayList<>(trust.files(project));
    this.files.add(new Acceptances(home).file());
    this.keys =
        List.of(home.resolve("vault"), HolderClient.announcement(home), home.resolve("trust.json"));
    this.seen = look();
  }

  /**
   * Calls {@code changed} with each next answer, on a thread of its own, until the process ends.
   *
   * @param tokens for the followed branch of a private remote
   * @param said told, once for each answer, that {@code changed} failed; it is called again then
   */
  void start(Tokens tokens, Consumer<InForce> changed, Consumer<String> said) {
    follow(tokens);
    Thread.ofPlatform()
        .daemon()
        .name("gatekeeper-list")
        .start(
            () -> {
              while (true) {
                try {
                  TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
                } catch (InterruptedException e) {
                  return;
                }
                judge(changed, said);
              }
            });
  }

  /** Apart from the files: a remote may take a minute not to answer. */
  private void follow(Tokens tokens) {
    Thread.ofPlatform()
        .daemon()
        .name("gatekeeper-branch")
        .start(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS); // the agent waits for its first answers
                while (true) {
                  String before = look(keys);
                  String commit = following.refresh(tokens).orElse("");
                  tip = commit + " " + following.obstacle().orElse("");
                  awaitNextQuestion(before);
                }
              } catch (InterruptedException e) {
                // The process ends.
              }
            });
  }

  /**
   * A remote that gave no answer is asked at once when what it was asked with may have changed: the
   * vault was opened, a token put.
   */
  private void awaitNextQuestion(String before) throws InterruptedException {
    if (following.obstacle().isEmpty()) {
      TimeUnit.MINUTES.sleep(BRANCH_MINUTES);
      return;
    }
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(BRANCH_MINUTES);
    while (System.nanoTime() - end < 0 && look(keys).equals(before)) {
      TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
    }
  }

  /**
   * What could not be taken over is tried again: a thread that ends here would leave the session
   * with the list that it has, whatever a person takes back.
   */
  private void judge(Consumer<InForce> changed, Consumer<String> said) {
    String now = look();
    if (now.equals(seen)) {
      return;
    }
    try {
      changed.accept(following.inForce(trust));
      seen = now;
    } catch (RuntimeException | AssertionError e) {
      if (!now.equals(failed)) {
        failed = now;
        said.accept("taking another list over failed: " + e.getClass().getSimpleName());
      }
    }
  }

  private String look() {
    return LocalDate.now(ZoneOffset.UTC) + " " + tip + look(files);
  }

  private static String look(List<Path> files) {
    StringBuilder look = new StringBuilder();
    files.forEach(file -> look(file, look, 0));
    return look.toString();
  }

  /** Signatures lie in folders of a folder; more of them than can count are not looked at. */
  private static void look(Path file, StringBuilder look, int depth) {
    look.append('\n');
    try {
      BasicFileAttributes at =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      look.append(at.lastModifiedTime()).append(' ').append(at.size()).append(' ');
      look.append(at.fileKey());
      if (at.isDirectory() && depth < MAX_DEPTH) {
        try (Stream<Path> within = Files.list(file)) {
          within
              .sorted(HIGHEST_FIRST)
              .limit(MAX_WITHIN)
              .forEach(each -> look(each, look, depth + 1));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      look.append("none");
    }
  }
}
