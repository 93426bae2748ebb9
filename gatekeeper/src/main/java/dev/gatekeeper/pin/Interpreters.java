package dev.gatekeeper.pin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.pin.cache.Cache;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.cache.Tree;
import dev.gatekeeper.pin.line.Interpreter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which node, which python runs pinned code on this machine. A person's {@code lock} or {@code
 * install} takes it from that person's PATH and records its place and SHA-256; {@code serve} uses
 * what is recorded, whatever the PATH of whoever started it says.
 *
 * <p>A program that only root can change needs no more than that: the system's updates go through.
 * One that the user can change has to be the recorded one, byte by byte, and a person's passphrase
 * signed the record.
 */
final class Interpreters {
  private static final int MAX_BYTES = 1 << 20;
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final int OTHERS_WRITE = 0022;

  /**
   * Where a program is, and what it was when it was recorded.
   *
   * @param signature over the statement, base64; empty text where root alone can change it
   */
  private record Recorded(Path path, Digest digest, String signature) {
    byte[] statement(String name) {
      return ("gatekeeper-interpreter/1\n" + name + "\n" + path + "\n" + digest + "\n")
          .getBytes(UTF_8);
    }
  }

  private final Path file;
  private final Witness witness;

  Interpreters(Path folder, Witness witness) {
    this.file = folder.resolve("interpreters.json");
    this.witness = witness;
  }

  /**
   * The recorded program of that name.
   *
   * @param name as an entry has it; an absolute path where that has a slash
   * @throws PinException when none is recorded, or it is another by now
   */
  Path use(String name) throws PinException, IOException {
    Recorded recorded = read().get(name);
    if (recorded == null) {
      throw new PinException("no '" + name + "' is recorded on this machine", Cache.INSTALL);
    }
    Path path = recorded.path;
    if (!Files.isExecutable(path)) {
      throw changed(path, "is gone");
    }
    if (needsNoProof(name, path)) {
      return path;
    }
    if (!isSigned(name, recorded)) {
      throw changed(path, "was not recorded by a person");
    }
    if (!Tree.digest(path.toRealPath()).equals(recorded.digest)) {
      throw changed(path, "is another program than was recorded");
    }
    return path;
  }

  private boolean isSigned(String name, Recorded recorded) {
    try {
      byte[] signature = Base64.getDecoder().decode(recorded.signature);
      return witness.verifies(recorded.statement(name), signature);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Root alone can change it, and it has the name that was asked for: a forged record can choose
   * between programs of the system, but not hand the code of a package to a shell.
   */
  private static boolean needsNoProof(String name, Path path) throws IOException {
    String own = String.valueOf(path.toRealPath().getFileName());
    String wanted = name.substring(name.lastIndexOf('/') + 1);
    return isRootsOwn(path) && stem(own).equals(stem(wanted));
  }

  /** As {@link Interpreter#stem}, and {@code nodejs} is node. */
  private static String stem(String name) {
    String stem = Interpreter.stem(name);
    return stem.equals("nodejs") ? "node" : stem;
  }

  private static PinException changed(Path path, String how) {
    return new PinException(path + " " + how, "if you updated it: " + Cache.INSTALL);
  }

  /** Records the program that {@code name} means to a person, and gives its path. */
  Path record(String name, Map<String, String> environment) throws PinException, IOException {
    Path found =
        name.startsWith("/")
            ? Path.of(name)
            : Tool.find(name, environment)
                .orElseThrow(() -> new PinException("'" + name + "' was not found on PATH"));
    return record(name, found, environment);
  }

  /** Records {@code found} under that name, or the program behind it. */
  Path record(String name, Path found, Map<String, String> environment)
      throws PinException, IOException {
    if (!Files.isExecutable(found)) {
      throw new PinException(found + " cannot be executed");
    }
    Path path = itself(name, found, environment);
    if ((name + path).indexOf('\n') >= 0) {
      throw new PinException("a program with a line feed in its name cannot be recorded");
    }
    Recorded now = new Recorded(path, Tree.digest(path.toRealPath()), "");
    Recorded before = read().get(name);
    boolean plain = needsNoProof(name, path);
    if (before != null
        && before.path.equals(now.path)
        && (plain || (before.digest.equals(now.digest) && isSigned(name, before)))) {
      return path;
    }
    String signature =
        plain ? "" : Base64.getEncoder().encodeToString(witness.sign(now.statement(name)));
    DurableFile.createDirectory(directory());
    try (LockFile _ = LockFile.acquire(directory().resolve("interpreters.lock"), DEADLINE)) {
      SortedMap<String, Recorded> all = new TreeMap<>(read());
      all.put(name, new Recorded(now.path, now.digest, signature));
      DurableFile.replace(file, write(all));
    }
    return path;
  }

  private Path directory() throws IOException {
    return Optional.ofNullable(file.getParent()).orElseThrow(() -> new IOException("no folder"));
  }

  /**
   * The program behind a shim (pyenv, volta, asdf), which chooses by variables and by files of the
   * working directory. A Python of a virtual environment keeps its path: that is how it knows.
   */
  private static Path itself(String name, Path found, Map<String, String> environment)
      throws PinException, IOException {
    String plain = name.substring(name.lastIndexOf('/') + 1);
    Optional<List<String>> question =
        plain.startsWith("python")
            ? Optional.of(List.of("-I", "-c", "import sys; print(sys.executable)"))
            : plain.startsWith("node")
                ? Optional.of(List.of("-p", "process.execPath"))
                : Optional.empty();
    if (question.isEmpty()) {
      return found;
    }
    Path root = Optional.ofNullable(found.getRoot()).orElse(found);
    Path said = Path.of(Tool.at(found, environment).run(root, question.get()).strip());
    if (!said.isAbsolute() || !Files.isExecutable(said)) {
      throw new PinException(found + " does not say where it is");
    }
    return said;
  }

  /** Whether root alone can change the file, or any folder or link on the way to it. */
  static boolean isRootsOwn(Path path) throws IOException {
    if (OwnerOnly.isOwner(0)) {
      return false; // as root, everything is ours to change
    }
    for (Path each : List.of(path.toAbsolutePath(), path.toRealPath())) {
      for (Path at = each; at != null; at = at.getParent()) {
        int mode = ((Number) Files.getAttribute(at, "unix:mode")).intValue();
        int owner = ((Number) Files.getAttribute(at, "unix:uid")).intValue();
        if (owner != 0 || (mode & OTHERS_WRITE) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private SortedMap<String, Recorded> read() throws PinException, IOException {
    SortedMap<String, Recorded> all = new TreeMap<>();
    byte[] text;
    try {
      text = DurableFile.readBounded(file, MAX_BYTES);
    } catch (FileNotFoundException e) {
      return all;
    }
    OwnerOnly.check(file);
    try {
      var root = JsonReader.read(text, MAX_BYTES, fault -> {});
      for (Member member : root.get("programs").map(p -> p.members()).orElse(List.of())) {
        Optional<Path> path = member.value().get("path").flatMap(v -> v.string()).map(Path::of);
        Optional<Digest> digest =
            member.value().get("sha256").flatMap(v -> v.string()).flatMap(Digest::read);
        if (path.isEmpty() || digest.isEmpty() || !path.get().isAbsolute()) {
          throw unreadable();
        }
        String signature = member.value().get("signature").flatMap(v -> v.string()).orElse("");
        all.put(member.name(), new Recorded(path.get(), digest.get(), signature));
      }
    } catch (JsonException e) {
      throw unreadable();
    }
    return all;
  }

  private PinException unreadable() {
    return new PinException(file + " cannot be read", "remove it, then " + Cache.INSTALL);
  }

  private static byte[] write(SortedMap<String, Recorded> all) {
    JsonWriter root = Json.object().put("version", 1);
    root.object(
        "programs",
        programs ->
            all.forEach(
                (name, one) ->
                    programs.object(
                        name,
                        object ->
                            object
                                .put("path", one.path.toString())
                                .put("sha256", one.digest.toString())
                                .put("signature", one.signature))));
    return (new String(root.toBytes(), UTF_8) + "\n").getBytes(UTF_8);
  }
}
