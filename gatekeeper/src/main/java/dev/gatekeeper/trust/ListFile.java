package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One list as it was read at one moment: what is judged, shown, trusted and put in force are the
 * same bytes.
 *
 * @param place directory that the list speaks for, canonical
 * @param file where it was read
 */
public record ListFile(Path place, Path file, boolean personal, Content content) {
  /** What a file holds. */
  public sealed interface Content {
    /**
     * One of the two. In place of a pattern switch, which takes 50 ms when it is the first of a
     * process: an agent waits for the list.
     */
    <T> T either(Function<Unsound, T> unsound, Function<Sound, T> sound);
  }

  /**
   * A list.
   *
   * @param text what was read, strict UTF-8
   */
  public record Sound(AllowList list, String text) implements Content {
    @Override
    public <T> T either(Function<Unsound, T> unsound, Function<Sound, T> sound) {
      return sound.apply(this);
    }
  }

  /** Not a list. */
  public record Unsound(List<Problem> problems) implements Content {
    @Override
    public <T> T either(Function<Unsound, T> unsound, Function<Sound, T> sound) {
      return unsound.apply(this);
    }
  }

  /** Reads the list at {@code file}; empty where nothing is there. */
  static Optional<ListFile> read(Path place, Path file, boolean personal) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    return Optional.of(new ListFile(place, file, personal, content(place, file, personal)));
  }

  private static Content content(Path place, Path file, boolean personal) {
    String name = personal ? file.toString() : Project.FOLDER + "/" + file.getFileName();
    try {
      if (!personal && Files.isSymbolicLink(place.resolve(Project.FOLDER))) {
        throw new IOException(Project.FOLDER + " is a symbolic link");
      }
      byte[] text = DurableFile.readBounded(file, JsonReader.MAX_BYTES);
      AllowList list = personal ? ListReader.readPersonal(text, name) : ListReader.read(text, name);
      return new Sound(list, new String(text, UTF_8));
    } catch (AllowListException e) {
      return new Unsound(e.problems());
    } catch (IOException e) {
      return new Unsound(
          List.of(new Problem(name, 1, 1, String.valueOf(e.getMessage()), Optional.empty())));
    }
  }
}
