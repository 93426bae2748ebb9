package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.check.Finding;
import dev.gatekeeper.allowlist.check.ListCheck;
import dev.gatekeeper.allowlist.edit.Draft;
import dev.gatekeeper.allowlist.edit.ListEdit;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A project's list, or a person's own, as a command finds it, and as it leaves it. */
public final class EditedList {
  private final ListPlace place;
  private final Optional<byte[]> found;
  private String text;

  private EditedList(ListPlace place, Optional<byte[]> found) {
    this.place = place;
    this.found = found;
    this.text = found.map(b -> new String(b, StandardCharsets.UTF_8)).orElse(ListEdit.EMPTY);
  }

  /** The list around the working directory, whether it exists or is still to be written. */
  public static EditedList of(Console console) throws IOException {
    return at(ListPlace.ofProject(console));
  }

  /** The list at a place, whether it exists or is still to be written. */
  static EditedList at(ListPlace place) throws IOException {
    boolean there = Files.exists(place.file(), LinkOption.NOFOLLOW_LINKS);
    return new EditedList(
        place,
        there
            ? Optional.of(DurableFile.readBounded(place.file(), JsonReader.MAX_BYTES))
            : Optional.empty());
  }

  /**
   * Itself.
   *
   * @throws CommandFailure where it is still to be written
   */
  EditedList existing(Console console) throws IOException, CommandFailure {
    if (found.isEmpty()) {
      throw place.missing(console);
    }
    return this;
  }

  /** Where it is, and how commands about it are typed. */
  public ListPlace place() {
    return place;
  }

  /** Where it is, or would be. */
  public Path file() {
    return place.file();
  }

  /** Its name as a person would type it here. */
  public String shown() {
    return Console.printable(place.shown());
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The bytes on disk, strict UTF-8 or not. */
  public byte[] original() {
    return found.orElseGet(this::bytes);
  }

  /** The bytes of the lock beside it, where there is one. */
  public Optional<byte[]> lock() throws IOException {
    Path lock = file().resolveSibling(Lock.FILE);
    return Files.exists(lock, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(DurableFile.readBounded(lock, Lock.MAX_BYTES))
        : Optional.empty();
  }

  /** The lock's name as a person would type it here. */
  public String lockShown() {
    Path beside = Path.of(place.shown()).resolveSibling(Lock.FILE);
    return Console.printable(beside.toString());
  }

  /** The lock beside it; empty where there is none. */
  public Lock parsedLock() throws IOException, CommandFailure {
    Optional<byte[]> text = lock();
    try {
      return text.isPresent() ? LockReader.read(text.get(), lockShown()) : Lock.EMPTY;
    } catch (AllowListException e) {
      throw invalid(e, "");
    }
  }

  /**
   * The list that the bytes on disk are.
   *
   * @throws AllowListException with all problems of one that is none
   */
  public AllowList read() throws AllowListException {
    return place.parse(original());
  }

  /** The list that the bytes on disk are. */
  public AllowList parsed() throws CommandFailure {
    return parse(original(), "");
  }

  /** Whether a server of this name is on it. */
  public boolean has(String server) throws CommandFailure {
    return edit().has(server);
  }

  private ListEdit edit() throws CommandFailure {
    parse(original(), "");
    return ListEdit.of(text);
  }

  /** Puts {@code draft} behind what is there, in memory. */
  public void add(Draft draft) throws CommandFailure {
    change(edit -> edit.with(draft));
  }

  /** Makes a change in memory; one that leaves no valid list is refused. */
  void change(Function<ListEdit, String> change) throws CommandFailure {
    String edited = change.apply(edit());
    parse(edited.getBytes(StandardCharsets.UTF_8), " (nothing was written)");
    text = edited;
  }

  /**
   * Writes what the changes in memory made of it, if there are any; refuses where somebody else
   * wrote meanwhile.
   */
  public void save() throws IOException, CommandFailure {
    Path file = place.file();
    boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    boolean same =
        there
            ? found.isPresent()
                && Arrays.equals(found.get(), DurableFile.readBounded(file, JsonReader.MAX_BYTES))
            : found.isEmpty();
    if (!same) {
      throw CommandFailure.cannotJudge(
          shown() + " was changed while this command ran; nothing was written", "run it again");
    }
    if (there && Arrays.equals(original(), bytes())) {
      return;
    }
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Set<PosixFilePermission> mode =
        there ? Files.getPosixFilePermissions(file) : PosixFilePermissions.fromString(place.mode());
    DurableFile.replace(file, bytes());
    Files.setPosixFilePermissions(file, mode);
  }

  /**
   * Says what a person types next, so that the entry {@code server} as it is now counts, and {@code
   * tools} of it exist.
   */
  void sayNext(Console console, String server, List<String> tools)
      throws IOException, CommandFailure {
    boolean login = needsLogin(server);
    boolean unlocked = !unlocked(List.of(server)).isEmpty() || lacks(server, tools);
    if (unlocked && !login) {
      console.out().println("next: " + place.typed("gatekeeper allowlist lock " + server));
    }
    console.out().println(place.typed("to put the list in force: gatekeeper allowlist trust"));
    if (login) {
      console
          .out()
          .println(
              "to log in, once the list is in force: gatekeeper login "
                  + server
                  + ", and then: "
                  + place.typed("gatekeeper allowlist lock " + server));
    }
  }

  /** Names in the person's vault that the entry {@code server} of the text as it is now has. */
  List<String> vaultNames(String server) throws CommandFailure {
    return Optional.ofNullable(parse(bytes(), "").servers().get(server)).stream()
        .flatMap(entry -> entry.secrets().stream())
        .filter(secret -> secret.scheme().equals(Scheme.SECRET.word()))
        .map(Reference::name)
        .filter(name -> !name.startsWith(OAuth.FOLDER))
        .toList();
  }

  /** Whether it is a server to which a person logs in, and nothing of it is locked yet. */
  private boolean needsLogin(String name) throws IOException, CommandFailure {
    Policy policy = Policy.of(parse(bytes(), ""), lockOrNone());
    return policy.servers().stream()
        .anyMatch(
            server ->
                server.name().equals(name)
                    && server instanceof HttpServer http
                    && http.oauth().isPresent()
                    && !policy.isReviewed(server));
  }

  private boolean lacks(String name, List<String> tools) throws IOException, CommandFailure {
    Server server = parse(bytes(), "").servers().get(name);
    boolean locked = server != null && server.access().dynamic().isEmpty();
    Optional<LockedServer> known = lockOrNone().find(name);
    return locked
        && tools.stream()
            .anyMatch(tool -> known.flatMap(it -> it.find(Subject.Kind.TOOL, tool)).isEmpty());
  }

  /**
   * Of {@code servers}, those that offer nothing before somebody locks them as they are now;
   * without those to which a person logs in, which takes a list that is in force.
   */
  public List<String> unlocked(Collection<String> servers) throws IOException, CommandFailure {
    Policy policy = Policy.of(parse(bytes(), ""), lockOrNone());
    return policy.servers().stream()
        .filter(server -> servers.contains(server.name()) && !policy.isReviewed(server))
        .filter(server -> !(server instanceof HttpServer http && http.oauth().isPresent()))
        .map(Server::name)
        .toList();
  }

  /** A lock that cannot be read locks nothing; whoever locks anew is told why. */
  private Lock lockOrNone() throws IOException {
    try {
      return parsedLock();
    } catch (CommandFailure e) {
      return Lock.EMPTY;
    }
  }

  /** What is to be said about the entry {@code server} of the text as it is now. */
  List<Finding> findings(Console console, String server) throws CommandFailure {
    try {
      return place.typed(
          ListCheck.check(bytes(), place.shown(), console.today()).stream()
              .filter(finding -> (finding.path() + ".").startsWith("mcpServers." + server + "."))
              .toList());
    } catch (AllowListException e) {
      throw invalid(e, "");
    }
  }

  private AllowList parse(byte[] bytes, String addition) throws CommandFailure {
    try {
      return place.parse(bytes);
    } catch (AllowListException e) {
      throw invalid(e, addition);
    }
  }

  private CommandFailure invalid(AllowListException e, String addition) {
    Problem first = e.problems().getFirst();
    String more = e.problems().size() > 1 ? ", and " + (e.problems().size() - 1) + " more" : "";
    String at = first.file() + ":" + first.line() + ":" + first.column() + ": ";
    return new CommandFailure(
        CommandFailure.NO,
        Console.printable(at + first.message()) + more + addition,
        first
            .hint()
            .map(Console::printable)
            .or(() -> Optional.of(place.typed("gatekeeper allowlist check"))));
  }
}
