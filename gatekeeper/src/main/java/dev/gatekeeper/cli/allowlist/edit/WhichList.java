package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Of which list a command is: the one of the project that it is typed in, or the person's own. */
public final class WhichList {
  @Option(names = "--personal", description = "Your own list in the gatekeeper's home instead.")
  private boolean personal;

  /** Whether it is the person's own. */
  public boolean isPersonal() {
    return personal;
  }

  /** The list, whether it exists or is still to be written. */
  public EditedList list(Console console) throws IOException {
    return personal
        ? EditedList.at(ListPlace.own(Home.locate(console.environment())))
        : EditedList.of(console);
  }

  /** The project's and the person's own, as far as they are there. */
  public List<EditedList> both(Console console) throws IOException {
    List<EditedList> both = new ArrayList<>(List.of(EditedList.of(console)));
    OwnList.find(console).ifPresent(both::add);
    return both;
  }

  /** The list, which must exist. */
  public EditedList existing(Console console) throws IOException, CommandFailure {
    return list(console).existing(console);
  }

  /** The list at {@code named} where a file is named, else the same; it must exist. */
  public EditedList existing(Console console, Optional<Path> named)
      throws IOException, CommandFailure {
    if (named.isEmpty()) {
      return existing(console);
    }
    if (personal) {
      throw CommandFailure.usage(
          "--personal names a file already", "leave out --personal, or FILE");
    }
    return EditedList.at(ListPlace.at(console, named.get())).existing(console);
  }
}
