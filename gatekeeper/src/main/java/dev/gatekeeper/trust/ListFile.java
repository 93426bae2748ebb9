package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.trust.content.LockBeside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One list, with the lock beside it, as they were read at one moment: what is judged, shown,
 * trusted and put in force are the same bytes.
 *
 * @param place directory that the list speaks for, canonical
 * @param file where it was read
 */
public record ListFile(Path place, Path file, boolean personal, Content content) {
  /** What the files hold. */
  public sealed interface Content {
    /**
     * One of the two. In place of a pattern switch, which takes 50 ms when it is the first of a
     * process: an agent waits for the list.
     */
    <T> T either(Function<Unsound, T> unsound, Function<Sound, T> sound);
  }

  /** A list, and perhaps a lock. */
  public record Sound(Pair pair) implements Content {
    @Override
    public <T> T either(Function<Unsound, T> unsound, Function<Sound, T> sound) {
      return sound.apply(this);
    }
  }

  /** Not a list, or a lock that cannot be read. */
  public record Unsound(List<Problem> problems) implements Content {
    @Override
    public <T> T either(Function<Unsound, T> unsound, Function<Sound, T> sound) {
      return unsound.apply(this);
    }
  }

  /** Reads the list at {@code file}; empty where nothing is there. */
  static Optional<ListFile> read(Path place, Path file, boolean personal) {
    if (!isThere(file)) {
      return Optional.empty();
    }
    return Optional.of(new ListFile(place, file, personal, content(place, file, personal)));
  }

  /** A list that is not in a file, as the store and other branches have it. */
  static Pair parse(String text, Optional<String> lock, boolean personal, String name)
      throws AllowListException {
    byte[] bytes = text.getBytes(UTF_8);
    return new Pair(
        personal ? ListReader.readPersonal(bytes, name) : ListReader.read(bytes, name),
        text,
        lock.map(LockBeside::new));
  }

  private static Content content(Path place, Path file, boolean personal) {
    String name = name(file, personal);
    try {
      if (!personal && Files.isSymbolicLink(place.resolve(Project.FOLDER))) {
        throw new IOException(Project.FOLDER + " is a symbolic link");
      }
      byte[] bytes = DurableFile.readBounded(file, JsonReader.MAX_BYTES);
      Path lock = file.resolveSibling(Project.LOCK);
      Optional<LockBeside> beside = beside(lock); // is read while the list is
      // What is no strict UTF-8 is refused by the reader, and so is never compared as text.
      AllowList list =
          personal ? ListReader.readPersonal(bytes, name) : ListReader.read(bytes, name);
      return beside.isEmpty() && isThere(lock)
          ? unsound(lock, personal)
          : new Sound(new Pair(list, new String(bytes, UTF_8), beside));
    } catch (AllowListException e) {
      return new Unsound(e.problems());
    } catch (IOException e) {
      return unsound(name, String.valueOf(e.getMessage()));
    }
  }

  /** Empty where there is none, or none that can be read. */
  private static Optional<LockBeside> beside(Path lock) {
    try {
      return isThere(lock) ? Optional.of(LockBeside.of(lock)) : Optional.empty();
    } catch (IOException | JsonException e) {
      return Optional.empty(); // told when the list has no problem of its own
    }
  }

  /** Of a lock that could not be read. */
  private static Unsound unsound(Path lock, boolean personal) {
    String name = name(lock, personal);
    try {
      LockBeside.of(lock);
      return unsound(name, "the file changed while it was read");
    } catch (JsonException e) {
      return new Unsound(
          List.of(new Problem(name, e.at().line(), e.at().column(), e.why(), Optional.empty())));
    } catch (IOException e) {
      return unsound(name, String.valueOf(e.getMessage()));
    }
  }

  private static String name(Path file, boolean personal) {
    return personal ? file.toString() : Project.FOLDER + "/" + file.getFileName();
  }

  private static Unsound unsound(String name, String why) {
    return new Unsound(List.of(new Problem(name, 1, 1, why, Optional.empty())));
  }

  private static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
