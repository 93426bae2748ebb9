package dev.gatekeeper.cli;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices that another list came into force while a session runs: a person trusted one, took one
 * back, or the list that is there changed.
 *
 * <p>Looks at the names, sizes and times of the files every two seconds, and reads them where one
 * changed, or the day. What it finds is judged anew by {@link Trust}; a file that changes is no
 * reason to believe it.
 */
final class ListWatch {
  /** Below what a person notices between two windows; a stat of six files each time. */
  private static final long PERIOD_MILLIS = 2_000;

  private final Trust trust;
  private final Project project;
  private final List<Path> files;
  private String seen;

  ListWatch(Home home, Project project) {
    this.trust = new Trust(home);
    this.project = project;
    this.files = trust.files(project);
    this.seen = look();
  }

  /**
   * Calls {@code changed} with each next answer, on a thread of its own, until the process ends.
   */
  void start(Consumer<InForce> changed) {
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
                judge(changed);
              }
            });
  }

  private void judge(Consumer<InForce> changed) {
    String now = look();
    if (!now.equals(seen)) {
      seen = now;
      changed.accept(trust.inForce(project));
    }
  }

  private String look() {
    StringBuilder look = new StringBuilder(LocalDate.now(ZoneOffset.UTC).toString());
    for (Path file : files) {
      look.append('\n');
      try {
        BasicFileAttributes at =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        look.append(at.lastModifiedTime()).append(' ').append(at.size()).append(' ');
        look.append(at.fileKey());
      } catch (IOException e) {
        look.append("none");
      }
    }
    return look.toString();
  }
}
