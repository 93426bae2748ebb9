package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.allowlist.review.LockedList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.Pair;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A list and its lock, from wherever they come.
 *
 * @param source in words, e.g. {@code origin/main (1a2b3c4d5e6f)}
 * @param text of the list; empty where there is none
 */
record ReviewedPair(String source, Optional<String> text, LockedList content) {
  private static final String LIST = Project.FOLDER + "/allowlist.json";
  private static final String LOCK = Project.FOLDER + "/" + Lock.FILE;

  /** Whether there is a list at all. */
  boolean isThere() {
    return text.isPresent();
  }

  /** As the files of the project are now. */
  static ReviewedPair ofTree(Project project) throws IOException, CommandFailure {
    return of("the working tree", file(project.list(), JsonReader.MAX_BYTES), lock(project));
  }

  private static Optional<byte[]> lock(Project project) throws IOException {
    return file(project.lock(), Lock.MAX_BYTES);
  }

  /**
   * A person's own, as its files are now.
   *
   * @param list in the home
   */
  static ReviewedPair ofOwn(Path list) throws IOException, CommandFailure {
    Optional<byte[]> text = file(list, JsonReader.MAX_BYTES);
    Optional<byte[]> lock = file(list.resolveSibling(Lock.FILE), Lock.MAX_BYTES);
    try {
      if (text.isPresent()) {
        AllowList _ = ListReader.readPersonal(text.get(), list.toString());
      }
    } catch (AllowListException e) {
      throw unfit(e, "your own list");
    }
    return of("your own list", text, lock);
  }

  /** As a commit has them. */
  static ReviewedPair ofCommit(Project project, String name) throws IOException, CommandFailure {
    Path root =
        project
            .repository()
            .orElseThrow(
                () ->
                    CommandFailure.cannotJudge(
                        "this is no work tree of git, so that there is no "
                            + Console.printable(name),
                        "gatekeeper allowlist diff"));
    Revision revision = Revision.of(root, name);
    String commit = revision.commit();
    return of(
        name.equals(commit) ? commit : name + " (" + commit.substring(0, 12) + ")",
        revision.read(root.relativize(project.list()), JsonReader.MAX_BYTES),
        revision.read(root.relativize(project.lock()), Lock.MAX_BYTES));
  }

  /** As a person trusted them last, for this place or as their own; nothing where nobody did. */
  static ReviewedPair ofTrust(Project project, boolean personal, Optional<Home> home)
      throws CommandFailure {
    try {
      Optional<Pair> before =
          home.isPresent()
              ? new Trust(home.get()).propose(project, personal).before()
              : Optional.empty();
      return of(
          "what was trusted last",
          before.map(pair -> pair.text().getBytes(StandardCharsets.UTF_8)),
          before.flatMap(Pair::lockBytes));
    } catch (TrustException | VaultException e) {
      // No store, no vault, or a list that cannot be proposed: nothing of it is in force.
      return new ReviewedPair("what was trusted last", Optional.empty(), LockedList.EMPTY);
    }
  }

  /** A pair as it was read; a lock that cannot be read is no pair. */
  static ReviewedPair of(String source, Pair pair) throws CommandFailure {
    return of(source, Optional.of(pair.text().getBytes(StandardCharsets.UTF_8)), pair.lockBytes());
  }

  private static ReviewedPair of(String source, Optional<byte[]> list, Optional<byte[]> lock)
      throws CommandFailure {
    try {
      AllowList read = list.isPresent() ? ListReader.read(list.get(), LIST) : AllowList.EMPTY;
      Lock locked = lock.isPresent() ? LockReader.read(lock.get(), LOCK) : Lock.EMPTY;
      Optional<String> text = list.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
      return new ReviewedPair(source, text, new LockedList(read, locked));
    } catch (AllowListException e) {
      throw unfit(e, source);
    }
  }

  private static CommandFailure unfit(AllowListException e, String source) {
    Problem first = e.problems().getFirst();
    String place = first.file() + ":" + first.line() + ":" + first.column() + ": ";
    return CommandFailure.cannotJudge(
        Console.printable(place + first.message() + ", in " + source),
        "gatekeeper allowlist check");
  }

  private static Optional<byte[]> file(Path file, int maxBytes) throws IOException {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(DurableFile.readBounded(file, maxBytes))
        : Optional.empty();
  }
}
