package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.allowlist.check.Finding;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** A person's own list, and how commands about it are typed. */
public final class OwnList {
  private OwnList() {}

  /** Where it is, or would be. */
  static Path file(Home home) {
    return home.resolve("allowlist.json");
  }

  /** The person's, where there is one. */
  static Optional<EditedList> find(Console console) throws IOException {
    Optional<Home> home = Home.existing(console.environment());
    return home.isPresent() && isThere(file(home.get()))
        ? Optional.of(EditedList.at(ListPlace.own(home.get())))
        : Optional.empty();
  }

  /** Whether an entry of it has this name; of what is no list none has. */
  static boolean names(String name, Console console) throws IOException {
    Optional<EditedList> own = find(console);
    try {
      AllowList list = own.isPresent() ? own.get().read() : AllowList.EMPTY;
      return list.servers().containsKey(name) || list.commands().containsKey(name);
    } catch (AllowListException e) {
      return false;
    }
  }

  /** A text with commands about a project's list, as they are typed for the person's own. */
  static String typed(String text) {
    return Review.personally(text);
  }

  static CommandFailure typed(CommandFailure failure) {
    return new CommandFailure(failure.exit(), failure.what(), failure.hint().map(OwnList::typed));
  }

  static Finding typed(Finding finding) {
    Problem it = finding.problem();
    Optional<String> hint = it.hint().map(OwnList::typed);
    return new Finding(
        finding.severity(),
        finding.path(),
        new Problem(it.file(), it.line(), it.column(), it.message(), hint));
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
