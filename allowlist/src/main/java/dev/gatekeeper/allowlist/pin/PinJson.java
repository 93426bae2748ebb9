package dev.gatekeeper.allowlist.pin;

import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads pins as they stand in the lock. Strict: what is not known here is a fault, so that a pin of
 * a later version never counts for less than it says.
 */
public final class PinJson {
  /** Characters of one that a person wrote. */
  private static final int MAX_WHY = 500;

  /** Arguments of a program, as an index has them. */
  private static final int MAX_INDEX = 9999;

  private PinJson() {}

  /** Tells what is wrong with the pins of one program, on any machine. */
  public static void check(SortedMap<String, Json> pins, Consumer<Fault> faults) {
    pins.forEach(
        (name, json) -> {
          if (Platform.read(name).isEmpty()) {
            fault(json, "pins stand under a platform, e.g. linux-x64, or any", faults);
          }
          Optional<ProgramPin> _ = read(json, faults);
        });
    boolean _ = standsAlone(pins, faults);
  }

  /**
   * The pin that holds on a machine.
   *
   * @param pins by the names of platforms, as the lock has them
   * @return empty where there is none for it, or that has a fault
   */
  public static Optional<ProgramPin> on(
      Platform here, SortedMap<String, Json> pins, Consumer<Fault> faults) {
    if (!standsAlone(pins, faults)) {
      return Optional.empty();
    }
    Json pin = pins.get(Platform.ANY.name());
    return Optional.ofNullable(pin == null ? pins.get(here.name()) : pin)
        .flatMap(json -> read(json, faults));
  }

  private static boolean standsAlone(SortedMap<String, Json> pins, Consumer<Fault> faults) {
    Json any = pins.get(Platform.ANY.name());
    if (any == null || pins.size() == 1) {
      return true;
    }
    fault(any, "a pin for any platform stands beside one for some", faults);
    return false;
  }

  private static void fault(Json at, String message, Consumer<Fault> faults) {
    faults.accept(Fault.of(at.at(), message, Members.RELOCK));
  }

  /** Reads one pin; empty where it has a fault. */
  public static Optional<ProgramPin> read(Json pin, Consumer<Fault> faults) {
    Members members = new Members(pin, "the pin", faults);
    String kind = members.text("kind", text -> true, "a string");
    Optional<? extends ProgramPin> read =
        switch (kind) {
          case "npm" -> new NpmPin(members).read();
          case "binary" ->
              members.digest("program").map(d -> new ProgramPin.Binary(d, files(members, 0)));
          case "script" -> Optional.of(script(members));
          case "image" -> image(members);
          case "python" -> new PythonPin(members).read();
          case "unpinned" -> Optional.of(unpinned(members));
          default -> {
            members.fault(pin, "a kind of pin that this version does not know");
            yield Optional.empty();
          }
        };
    return members.done() ? read.map(ProgramPin.class::cast) : Optional.empty();
  }

  private static ProgramPin.Script script(Members members) {
    String interpreter =
        members.text(
            "interpreter",
            text -> !text.isEmpty() && text.length() <= 64 && text.indexOf('/') < 0,
            "the name of a program");
    return new ProgramPin.Script(interpreter, files(members, 1));
  }

  /** {@code files}: digests by {@code args[INDEX]}. */
  private static SortedMap<Integer, Digest> files(Members members, int least) {
    SortedMap<Integer, Digest> files = files(members, members.each("files"));
    if (files.size() < least) {
      members.fault(members.object(), "a script's pin names no file");
    }
    return files;
  }

  /** The same of a package, whose line seldom names one. */
  static SortedMap<Integer, Digest> someFiles(Members members) {
    List<Member> each = members.has("files") ? members.each("files") : List.of();
    SortedMap<Integer, Digest> files = files(members, each);
    if (members.has("files") && each.isEmpty()) {
      members.fault(members.object(), "\"files\" is empty");
    }
    return files;
  }

  private static SortedMap<Integer, Digest> files(Members members, List<Member> each) {
    SortedMap<Integer, Digest> files = new TreeMap<>();
    for (Member member : each) {
      Optional<Integer> index = index(member.name());
      Optional<Digest> digest = member.value().string().flatMap(Digest::read);
      if (index.isEmpty() || digest.isEmpty()) {
        members.fault(member.value(), "\"files\" holds digests under args[0], args[1] …");
      } else {
        files.put(index.get(), digest.get());
      }
    }
    return files;
  }

  static String argument(int index) {
    return "args[" + index + "]";
  }

  private static Optional<Integer> index(String name) {
    for (int digits = 1; digits <= 4; digits++) {
      int end = "args[".length() + digits;
      if (name.length() == end + 1
          && name.substring("args[".length(), end).chars().allMatch(c -> c >= '0' && c <= '9')) {
        int index = Integer.parseInt(name.substring("args[".length(), end));
        return index <= MAX_INDEX && argument(index).equals(name)
            ? Optional.of(index)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<ProgramPin> image(Members members) {
    boolean local = members.flag("local");
    return members.digest("digest").map(digest -> new ProgramPin.Image(digest, local));
  }

  private static ProgramPin unpinned(Members members) {
    return new ProgramPin.Unpinned(
        members.text(
            "why",
            text ->
                !text.isBlank()
                    && text.length() <= MAX_WHY
                    && text.chars().noneMatch(Character::isISOControl),
            "one line of 1 to " + MAX_WHY + " characters"));
  }
}
