package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.PublicName;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.Copies;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.json.Spelling;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockText;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.allowlist.lock.LockedServer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the text of a {@link Lock}.
 *
 * <p>A lock is written by the program: each name, digest and weight in it has to be that of its
 * definition, so that what a reviewer compares is what counts.
 */
public final class LockReader {
  private static final String RELOCK = "gatekeeper allowlist lock";

  private final Faults faults = new Faults();

  private final boolean compared;

  /** Of what is not compared the text is enough: an agent waits for it. */
  private final Copies copies;

  /**
   * @param compared whether what can be computed is
   */
  private LockReader(boolean compared) {
    this.compared = compared;
    this.copies = new Copies(path -> !compared && isDefinition(path));
  }

  private static boolean isDefinition(List<String> path) {
    if (path.size() != 5
        || !path.getFirst().equals("servers")
        || !path.getLast().equals("definition")) {
      return false;
    }
    for (Subject.Kind kind : Subject.Kind.values()) {
      if (path.get(2).equals(LockText.member(kind))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads a lock.
   *
   * @param fileName stands in the problems
   * @throws AllowListException with every problem that was found
   */
  public static Lock read(byte[] text, String fileName) throws AllowListException {
    LockReader reader = new LockReader(true);
    try {
      return reader.sound(JsonReader.decode(text, Lock.MAX_BYTES), fileName);
    } catch (JsonException e) {
      reader.faults.add(e.at(), e.why(), RELOCK);
      throw new AllowListException(reader.faults.problems(fileName));
    }
  }

  /**
   * Reads a lock whose bytes count already. Names, digests and weights in it were compared when a
   * person put it in force; they are not here, since nothing that is decided rests on them.
   *
   * @param text as {@link JsonReader#decode} gave it
   */
  public static Lock readTrusted(String text, String fileName) throws AllowListException {
    return new LockReader(false).sound(text, fileName);
  }

  private Lock sound(String text, String fileName) throws AllowListException {
    Optional<Lock> lock = lock(text);
    if (lock.isEmpty() || !faults.isEmpty()) {
      throw new AllowListException(faults.problems(fileName));
    }
    return lock.get();
  }

  private Optional<Lock> lock(String text) {
    Json root;
    try {
      root = JsonReader.read(text, copies, faults::add);
    } catch (JsonException e) {
      faults.add(e.at(), e.why(), RELOCK);
      return Optional.empty();
    }
    if (!(root instanceof JsonObject object)) {
      faults.add(root.at(), "a lock is an object, not " + root.type(), RELOCK);
      return Optional.empty();
    }
    Fields fields = new Fields(object, "the lock", faults);
    OptionalInt version = fields.number("version", 1, Integer.MAX_VALUE);
    if (version.isEmpty() || version.getAsInt() != 1) {
      faults.add(
          object.get("version").orElse(object).at(),
          "a lock of a version that this program does not know",
          "update gatekeeper, or take the lock anew: " + RELOCK);
      return Optional.empty();
    }
    SortedMap<String, LockedServer> servers = new TreeMap<>();
    for (Member member : fields.members("servers")) {
      if (member.value() instanceof JsonObject server) {
        servers.put(member.name(), server(member.name(), server));
      } else {
        faults.add(member.value().at(), "a locked server is an object", RELOCK);
      }
    }
    SortedMap<String, LockedCommand> commands = new TreeMap<>();
    for (Member member : fields.members("commands")) {
      if (member.value() instanceof JsonObject command) {
        commands.put(member.name(), command(member.name(), command));
      } else {
        faults.add(member.value().at(), "a locked command is an object", RELOCK);
      }
    }
    fields.done();
    return Optional.of(new Lock(servers, commands));
  }

  private LockedCommand command(String name, JsonObject object) {
    Fields fields = new Fields(object, "locked command \"" + Spelling.shown(name) + "\"", faults);
    String entry = required(fields, "entry");
    SortedMap<String, Json> pins = pins(fields);
    fields.done();
    return new LockedCommand(entry, pins);
  }

  private LockedServer server(String name, JsonObject object) {
    Fields fields = new Fields(object, "locked server \"" + Spelling.shown(name) + "\"", faults);
    String entry = required(fields, "entry");
    SortedMap<String, Json> pins = pins(fields);
    TreeSet<String> profile = new TreeSet<>();
    fields.texts("profile").forEach(capability -> profile.add(capability.text()));
    String protocolVersion = required(fields, "protocolVersion");
    String info = fields.object("serverInfo").map(this::canonical).orElse("{}");
    Optional<String> instructions =
        fields.nested("instructions", this::instructions).flatMap(text -> text);
    Map<Subject.Kind, SortedMap<String, Definition>> definitions =
        new EnumMap<>(Subject.Kind.class);
    for (Subject.Kind kind : Subject.Kind.values()) {
      SortedMap<String, Definition> ofKind = new TreeMap<>();
      for (Member member : fields.members(LockText.member(kind))) {
        if (member.value() instanceof JsonObject locked) {
          definition(name, kind, member.name(), locked)
              .ifPresent(definition -> ofKind.put(member.name(), definition));
        } else {
          faults.add(member.value().at(), "a locked definition is an object", RELOCK);
        }
      }
      definitions.put(kind, ofKind);
    }
    fields.done();
    return new LockedServer(entry, pins, profile, protocolVersion, info, instructions, definitions);
  }

  /** As they stand; what has no canonical text could neither be compared nor written again. */
  private SortedMap<String, Json> pins(Fields fields) {
    SortedMap<String, Json> pins = new TreeMap<>();
    for (Member pin : fields.members("pins")) {
      String _ = canonical(pin.value());
      pins.put(pin.name(), pin.value());
    }
    return pins;
  }

  private Optional<String> instructions(Fields fields) {
    Optional<String> text = fields.text("text").map(JsonText::text);
    String digest = required(fields, "sha256");
    if (compared && text.isPresent() && !digest.equals(Definition.digestOf(text.get()))) {
      At place = fields.any("sha256").map(Json::at).orElseGet(fields::at);
      faults.add(place, "this is not the digest of \"text\"", RELOCK);
    }
    return text;
  }

  private Optional<Definition> definition(
      String server, Subject.Kind kind, String name, JsonObject object) {
    Fields fields = new Fields(object, "\"" + Spelling.shown(name) + "\"", faults);
    String publicName = required(fields, "name");
    String digest = required(fields, "sha256");
    OptionalInt tokens = fields.number("tokens", 0, Integer.MAX_VALUE);
    Optional<JsonObject> definition = fields.object("definition");
    fields.done();
    if (definition.isEmpty()) {
      fields.missing("definition", RELOCK);
      return Optional.empty();
    }
    String canonical = copies.of(definition.get()).orElseGet(() -> canonical(definition.get()));
    String key = Definition.key(kind);
    Optional<Json> own = definition.get().get(key);
    int nameAt = own.isPresent() ? copies.place(own.get()).orElse(-1) : -1;
    Definition locked = new Definition(kind, name, publicName, canonical, nameAt);
    check(
        own.flatMap(Json::string).filter(name::equals).isPresent(),
        definition.get(),
        "the definition does not have this \"" + key + "\"");
    if (compared) {
      compare(server, object, locked, digest, tokens);
    }
    return Optional.of(locked);
  }

  private void compare(
      String server, JsonObject object, Definition locked, String digest, OptionalInt tokens) {
    check(
        locked.publicName().equals(PublicName.of(server, locked.kind(), locked.name())),
        object,
        "\"name\" is not its public name");
    check(digest.equals(locked.digest()), object, "\"sha256\" is not that of the definition");
    check(
        tokens.isPresent() && tokens.getAsInt() == locked.tokens(),
        object,
        "\"tokens\" is not the weight of the definition");
  }

  private void check(boolean holds, Json at, String message) {
    if (!holds) {
      faults.add(at.at(), message, RELOCK);
    }
  }

  private String required(Fields fields, String name) {
    Optional<JsonText> text = fields.text(name);
    if (text.isEmpty()) {
      fields.missing(name, RELOCK);
    }
    return text.map(JsonText::text).orElse("");
  }

  private String canonical(Json value) {
    try {
      return CanonicalJson.of(value);
    } catch (JsonException e) {
      faults.add(e.at(), e.why(), RELOCK);
      return "{}";
    }
  }
}
