package dev.gatekeeper.trust.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is accepted in one home: for each server of a project two lines, its acceptances as JSON and
 * the Ed25519 signature of that line by the vault's trust key. A line is checked as written, before
 * anything in it is read, and stands for itself: who takes one away needs no key. An old copy that
 * somebody puts back counts until its days are over, and where the lock is still the one that it
 * was accepted under.
 */
public final class Acceptances {
  /** A definition that nobody has reviewed in a team for so long is not a stopgap. */
  public static final int MAX_DAYS = 90;

  private static final int MAX_BYTES = 16 << 20;
  private static final byte[] DOMAIN = "gatekeeper-accepted/1\n".getBytes(UTF_8);
  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(10);

  private final Path file;
  private final VaultFile vault;

  /** As kept in {@code home}. */
  public Acceptances(Home home) {
    this.file = home.resolve("accepted.json");
    this.vault = VaultFile.in(home);
  }

  /** On which the answers rest. */
  public Path file() {
    return file;
  }

  /**
   * {@code lock} with what is accepted for {@code place} in it. A file that cannot be believed
   * accepts nothing.
   */
  public Lock over(Lock lock, String place, LocalDate today) {
    Lock result = lock;
    for (Acceptance each : inForce(lock, place, today)) {
      Optional<LockedServer> server = result.find(each.server());
      if (server.isPresent()) {
        result = result.with(each.server(), over(server.get(), each));
      }
    }
    return result;
  }

  /** Of what is accepted for {@code place} that which counts beside {@code lock}. */
  public List<Acceptance> inForce(Lock lock, String place, LocalDate today) {
    List<Acceptance> counting = new ArrayList<>();
    for (Statement statement : read()) {
      for (Acceptance each : statement.accepted()) {
        if (each.place().equals(place)
            && !today.isAfter(each.until())
            && each.isOf(lock)
            && counting.stream().noneMatch(each::replaces)) {
          counting.add(each);
        }
      }
    }
    return counting;
  }

  private static LockedServer over(LockedServer server, Acceptance accepted) {
    Definition locked = server.find(accepted.kind(), accepted.name()).orElseThrow();
    Map<Subject.Kind, SortedMap<String, Definition>> definitions =
        new EnumMap<>(Subject.Kind.class);
    for (Subject.Kind kind : Subject.Kind.values()) {
      definitions.put(kind, new TreeMap<>(server.of(kind)));
    }
    SortedMap<String, Definition> changed = new TreeMap<>(server.of(accepted.kind()));
    changed.put(accepted.name(), accepted.definition(locked.publicName()));
    definitions.put(accepted.kind(), changed);
    return new LockedServer(
        server.entry(),
        server.pins(),
        server.profile(),
        server.protocolVersion(),
        server.serverInfo(),
        server.instructions(),
        definitions);
  }

  /** What one signature is of, as it was written. */
  private record Statement(String line, String signature, List<Acceptance> accepted) {
    boolean isOf(String place, String server) {
      return accepted.stream()
          .anyMatch(each -> each.place().equals(place) && each.server().equals(server));
    }

    boolean isOver(LocalDate today) {
      return accepted.stream().allMatch(each -> today.isAfter(each.until()));
    }
  }

  private List<Statement> read() {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try {
      OwnerOnly.check(file);
      String[] lines = new String(DurableFile.readBounded(file, MAX_BYTES), UTF_8).split("\n", -1);
      boolean whole = lines.length % 2 == 1 && lines[lines.length - 1].isEmpty();
      if (!whole || !vault.exists()) {
        return List.of();
      }
      Header header = vault.header();
      List<Statement> statements = new ArrayList<>();
      for (int at = 0; at + 1 < lines.length; at += 2) {
        if (!header.verifiesTrust(statement(lines[at]), Base64Url.parse(lines[at + 1]))) {
          return List.of();
        }
        statements.add(
            new Statement(lines[at], lines[at + 1], parse(Slice.of(lines[at].getBytes(UTF_8)))));
      }
      return statements;
    } catch (IOException
        | VaultException
        | MalformedException
        | DateTimeException
        | IllegalArgumentException e) {
      return List.of();
    }
  }

  private static byte[] statement(String line) {
    byte[] text = line.getBytes(UTF_8);
    byte[] statement = new byte[DOMAIN.length + text.length];
    System.arraycopy(DOMAIN, 0, statement, 0, DOMAIN.length);
    System.arraycopy(text, 0, statement, DOMAIN.length, text.length);
    return statement;
  }

  private static List<Acceptance> parse(Slice text) throws MalformedException {
    List<Acceptance> accepted = new ArrayList<>();
    for (Slice each : member(text, "accepted").elements()) {
      accepted.add(
          new Acceptance(
              member(each, "place").string(),
              member(each, "server").string(),
              Subject.Kind.valueOf(member(each, "kind").string()),
              member(each, "name").string(),
              member(each, "locked").string(),
              member(each, "definition").string(),
              LocalDate.parse(member(each, "until").string())));
    }
    return accepted;
  }

  private static Slice member(Slice object, String name) throws MalformedException {
    return object
        .members()
        .get(name)
        .orElseThrow(() -> new MalformedException("a member is missing", 0));
  }

  /**
   * Adds to what is accepted of one server, in the place of what was accepted of the same
   * definitions. What is over is left out.
   *
   * @param more of one place and server, and not none
   * @param proof of a person's presence; the vault that it opened signs
   */
  public void add(List<Acceptance> more, LocalDate today, Presence proof)
      throws IOException, VaultException {
    String place = more.getFirst().place();
    String server = more.getFirst().server();
    try (LockFile _ = lock()) {
      List<Acceptance> all = new ArrayList<>();
      List<Statement> kept = new ArrayList<>();
      for (Statement old : read()) {
        if (old.isOf(place, server)) {
          all.addAll(old.accepted());
        } else if (!old.isOver(today)) {
          kept.add(old);
        }
      }
      all.removeIf(old -> today.isAfter(old.until()));
      all.removeIf(old -> more.stream().anyMatch(each -> each.replaces(old)));
      all.addAll(more);
      JsonWriter object = Json.object();
      object.array("accepted", array -> all.forEach(each -> array.object(o -> write(each, o))));
      String line = new String(object.toBytes(), UTF_8);
      kept.add(new Statement(line, Base64Url.of(proof.vault().signTrust(statement(line))), all));
      write(kept);
    }
  }

  /**
   * Takes back what is accepted of one server, whether it counts still or not; that takes no key.
   *
   * @return what was taken back; nothing where nothing of it was accepted
   */
  public List<Acceptance> withdraw(String place, String server) throws IOException {
    try (LockFile _ = lock()) {
      List<Acceptance> withdrawn = new ArrayList<>();
      List<Statement> kept = new ArrayList<>();
      for (Statement each : read()) {
        if (each.isOf(place, server)) {
          withdrawn.addAll(each.accepted());
        } else {
          kept.add(each);
        }
      }
      if (!withdrawn.isEmpty()) {
        write(kept);
      }
      return withdrawn;
    }
  }

  private LockFile lock() throws IOException {
    return LockFile.acquire(file.resolveSibling("accepted.lock"), LOCK_DEADLINE);
  }

  private void write(List<Statement> statements) throws IOException {
    StringBuilder text = new StringBuilder();
    statements.forEach(
        each -> text.append(each.line()).append('\n').append(each.signature()).append('\n'));
    DurableFile.replace(file, text.toString().getBytes(UTF_8));
  }

  private static void write(Acceptance each, JsonWriter object) {
    object
        .put("place", each.place())
        .put("server", each.server())
        .put("kind", each.kind().name())
        .put("name", each.name())
        .put("locked", each.locked())
        .put("definition", each.canonical())
        .put("until", each.until().toString());
  }
}
