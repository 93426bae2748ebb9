package dev.gatekeeper.team;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.team.TeamFixture.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Clones in which real git merges by a driver that asks this process, through two named pipes: a
 * thousand merges need no thousand Java processes.
 */
final class GitClones implements AutoCloseable {
  private final Path folder;
  private final Map<Path, Person> people = new LinkedHashMap<>();
  private volatile String fault = "";

  GitClones(Path folder) throws Exception {
    Tools.require("git");
    this.folder = folder.toRealPath();
    Path driver = this.folder.resolve("driver");
    Files.writeString(
        driver,
        """
        #!/bin/sh
        printf '%%s\\n' "$PWD" "$@" > '%1$s/question'
        read -r answer < '%1$s/answer'
        exit "$answer"
        """
            .formatted(this.folder));
    Files.setPosixFilePermissions(driver, PosixFilePermissions.fromString("rwx------"));
    run(this.folder, "mkfifo", "question", "answer");
    Thread.ofPlatform().daemon().name("merge-driver").start(this::answer);
  }

  /** Makes the project of a person a work tree of its own. */
  void add(Person person) throws Exception {
    Path tree = person.place.directory();
    people.put(tree, person);
    git(person, "init", "-q", "-b", "main");
    git(person, "config", "merge.gatekeeper-team.driver", folder + "/driver merge %O %A %B");
    git(person, "config", "merge.gatekeeper-team.recursive", "inner");
    git(person, "config", "merge.inner.driver", folder + "/driver ancestor %O %A %B");
    Files.createDirectories(tree.resolve(".gatekeeper"));
    Files.writeString(
        tree.resolve(".gatekeeper/.gitattributes"), "team.vault merge=gatekeeper-team -text\n");
  }

  void commit(Person person) throws Exception {
    git(person, "add", "-A");
    git(person, "commit", "-q", "--allow-empty", "-m", "a change");
  }

  /** Merges what another has; false where git stops with a conflict. */
  boolean merge(Person person, Person other) throws Exception {
    git(person, "fetch", "-q", other.place.directory().toString(), "main");
    int exit = run(person.place.directory(), command("merge", "-q", "--no-edit", "FETCH_HEAD"));
    assertThat(fault).isEmpty();
    return exit == 0;
  }

  byte[] stage(Person person, int number) throws Exception {
    Process process =
        new ProcessBuilder(command("cat-file", "blob", ":" + number + ":" + TeamPlace.FILE))
            .directory(person.place.directory().toFile())
            .start();
    return process.getInputStream().readAllBytes();
  }

  void git(Person person, String... arguments) throws Exception {
    assertThat(run(person.place.directory(), command(arguments)))
        .as(String.join(" ", arguments))
        .isZero();
  }

  private static String[] command(String... arguments) {
    List<String> line = new ArrayList<>(List.of("git", "-c", "user.name=t", "-c"));
    line.addAll(List.of("user.email=t@localhost", "-c", "commit.gpgsign=false"));
    line.addAll(List.of(arguments));
    return line.toArray(String[]::new);
  }

  private int run(Path directory, String... line) throws Exception {
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private void answer() {
    try {
      while (true) {
        List<String> asked = Files.readAllLines(folder.resolve("question"), UTF_8);
        if (asked.isEmpty() || asked.getFirst().equals("quit")) {
          return;
        }
        Files.writeString(folder.resolve("answer"), (merges(asked) ? 0 : 1) + "\n");
      }
    } catch (IOException e) {
      fault = e.toString();
    }
  }

  private boolean merges(List<String> asked) {
    Path tree = Path.of(asked.getFirst());
    Person person = Objects.requireNonNull(people.get(tree));
    try {
      byte[] ancestor = Files.readAllBytes(tree.resolve(asked.get(2)));
      byte[] ours = Files.readAllBytes(tree.resolve(asked.get(3)));
      byte[] theirs = Files.readAllBytes(tree.resolve(asked.get(4)));
      TeamMerge merge = new TeamMerge(person.home, person.place, person.identity);
      if (asked.get(1).equals("ancestor")) {
        Files.write(tree.resolve(asked.get(3)), merge.ancestor(ancestor, ours, theirs).bytes());
        return true;
      }
      TeamMerge.Result result = merge.merge(ancestor, ours, theirs, Map.of());
      if (result.merged().isPresent()) {
        Files.write(tree.resolve(asked.get(3)), result.merged().get().bytes());
      }
      return result.merged().isPresent();
    } catch (Exception e) {
      fault = e.toString();
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    Files.writeString(folder.resolve("question"), "quit\n");
  }
}
