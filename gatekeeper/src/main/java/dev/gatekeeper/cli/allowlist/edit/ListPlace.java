package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.check.Finding;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a list is, or would be, and how commands about it are typed.
 *
 * @param shown its name as a person would type it here
 * @param personal whether it is a person's own
 */
public record ListPlace(Path file, String shown, boolean personal) {
  /** Of the project around the working directory. */
  static ListPlace ofProject(Console console) throws IOException {
    Project project = Project.find(console.environment(), console.directory());
    if (Files.isSymbolicLink(project.directory().resolve(Project.FOLDER))) {
      throw new IOException(Project.FOLDER + " is a symbolic link; such a list is never in force");
    }
    Path file = project.list();
    Path here = console.directory().toRealPath();
    String shown = file.startsWith(here) ? here.relativize(file).toString() : file.toString();
    return new ListPlace(file, shown, false);
  }

  /** Of a person's own. */
  static ListPlace own(Home home) {
    Path file = OwnList.file(home);
    return new ListPlace(file, file.toString(), true);
  }

  /** One that a person named, which may be the person's own. */
  static ListPlace at(Console console, Path named) throws IOException {
    Path file = console.directory().resolve(named).normalize();
    Optional<Home> home = Home.existing(console.environment());
    boolean own = home.isPresent() && file.equals(OwnList.file(home.get()));
    return new ListPlace(file, named.toString(), own);
  }

  AllowList parse(byte[] text) throws AllowListException {
    return personal ? ListReader.readPersonal(text, shown) : ListReader.read(text, shown);
  }

  /** That there is no list. */
  CommandFailure missing(Console console) throws IOException {
    return CommandFailure.cannotJudge(
        "there is no list at " + Console.printable(shown),
        !personal && OwnList.find(console).isPresent()
            ? "your own list is another: the same command with --personal"
            : typed("gatekeeper allowlist add NAME --reason WHY --owner WHO -- COMMAND"));
  }

  /**
   * That no entry has this name.
   *
   * @param command what does with the person's own list what was to be done with this one
   */
  public CommandFailure lacks(String name, String command, Console console) throws IOException {
    boolean own = !personal && OwnList.names(name, console);
    return CommandFailure.usage(
        Console.printable(name) + " is not on the list",
        own ? OwnList.typed(command + " " + name) : typed("gatekeeper allowlist show"));
  }

  /** A text with commands about a project's list, as they are typed for this one. */
  public String typed(String text) {
    return personal ? OwnList.typed(text) : text;
  }

  /** The same, of what a failure says is to be typed. */
  public CommandFailure typed(CommandFailure failure) {
    return personal ? OwnList.typed(failure) : failure;
  }

  /** The same, of what findings say is to be typed. */
  public List<Finding> typed(List<Finding> findings) {
    return personal ? findings.stream().map(OwnList::typed).toList() : findings;
  }

  /**
   * The mode of a new list and its lock. They are no secret: teammates and tools read them, as they
   * read the rest of the work tree. What lies in a person's home is that person's.
   */
  public String mode() {
    return personal ? "rw-------" : "rw-r--r--";
  }
}
