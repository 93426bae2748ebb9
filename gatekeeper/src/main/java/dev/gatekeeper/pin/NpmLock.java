package dev.gatekeeper.pin;

import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.pin.NpmNames;
import dev.gatekeeper.allowlist.pin.NpmPackage;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.line.Unpinnable;
import dev.gatekeeper.wire.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Between the tree of a pin and npm's {@code package-lock.json} (version 3). Of npm's file only the
 * layout, the versions and the integrities are kept: no address, no range, no licence.
 */
final class NpmLock {
  /** Bytes of what npm writes about a thousand packages. */
  private static final int MAX_BYTES = 32 << 20;

  private static final String PROJECT = "gatekeeper-pin";

  private NpmLock() {}

  /**
   * The tree that npm resolved.
   *
   * @throws PinException when a package of it comes from elsewhere than a registry, or has no
   *     SHA-512
   */
  static SortedMap<String, NpmPackage> read(byte[] text) throws PinException {
    dev.gatekeeper.allowlist.json.Json root;
    try {
      root = JsonReader.read(text, MAX_BYTES, fault -> {});
    } catch (JsonException e) {
      throw new PinException("what npm resolved cannot be read: " + e.why());
    }
    SortedMap<String, NpmPackage> tree = new TreeMap<>();
    for (Member member :
        root.get("packages").map(packages -> packages.members()).orElse(List.of())) {
      if (!member.name().isEmpty()) {
        tree.put(member.name(), packageOf(member.name(), member.value()));
      }
    }
    return tree;
  }

  private static NpmPackage packageOf(String path, dev.gatekeeper.allowlist.json.Json one)
      throws PinException {
    boolean bundled = one.get("inBundle").isPresent();
    Optional<String> integrity = text(one, "integrity").flatMap(NpmLock::strongest);
    String version = text(one, "version").orElse("");
    if (!NpmNames.isPath(path) || !NpmNames.isVersion(version) || one.get("link").isPresent()) {
      throw unpinnable(path, "is not a package of a registry");
    }
    if (!bundled && integrity.isEmpty()) {
      throw unpinnable(path, "has no SHA-512: it comes from elsewhere than a registry");
    }
    return new NpmPackage(
        version,
        bundled ? Optional.empty() : integrity,
        text(one, "name").filter(name -> !name.equals(NpmNames.folder(path))),
        one.get("optional").isPresent() || one.get("devOptional").isPresent(),
        bundled,
        texts(one, "os"),
        texts(one, "cpu"),
        texts(one, "libc"));
  }

  private static PinException unpinnable(String path, String why) {
    return new PinException(Printable.of(path) + " " + why, Unpinnable.DECLARE);
  }

  /** Of several hashes, the one by SHA-512. */
  private static Optional<String> strongest(String integrity) {
    return List.of(integrity.split(" ", -1)).stream().filter(NpmNames::isIntegrity).findFirst();
  }

  private static Optional<String> text(dev.gatekeeper.allowlist.json.Json object, String name) {
    return object.get(name).flatMap(value -> value.string());
  }

  private static List<String> texts(dev.gatekeeper.allowlist.json.Json object, String name) {
    List<String> texts = new ArrayList<>();
    for (var element : object.get(name).map(value -> value.elements()).orElse(List.of())) {
      element.string().ifPresent(texts::add);
    }
    return texts;
  }

  /** {@code package.json} of a folder that one package, or a whole tree, is installed in. */
  static byte[] project(
      SortedMap<String, String> dependencies, SortedMap<String, String> optional) {
    JsonWriter project = Json.object().put("name", PROJECT).put("version", "0.0.0");
    project.put("private", true);
    edges(project, dependencies, optional);
    return project.toBytes();
  }

  /** {@code package.json} for {@link #write}. */
  static byte[] projectOf(SortedMap<String, NpmPackage> tree) {
    return project(edges(tree, "", false), edges(tree, "", true));
  }

  /**
   * A {@code package-lock.json} by which {@code npm ci} installs this tree and no other. Who
   * depends on whom is not kept: each package is said to need what lies in its folder, in that
   * version. That gives the same files, since the layout is decided already.
   */
  static byte[] write(SortedMap<String, NpmPackage> tree) {
    JsonWriter lock = Json.object().put("name", PROJECT).put("version", "0.0.0");
    lock.put("lockfileVersion", 3).put("requires", true);
    lock.object(
        "packages",
        packages -> {
          packages.object(
              "",
              root -> {
                root.put("name", PROJECT).put("version", "0.0.0");
                edges(root, edges(tree, "", false), edges(tree, "", true));
              });
          tree.forEach(
              (path, one) -> packages.object(path, object -> write(tree, path, one, object)));
        });
    return lock.toBytes();
  }

  private static void write(
      SortedMap<String, NpmPackage> tree, String path, NpmPackage one, JsonWriter object) {
    object.put("version", one.version());
    one.integrity().ifPresent(integrity -> object.put("integrity", integrity));
    one.name().ifPresent(name -> object.put("name", name));
    if (one.optional()) {
      object.put("optional", true);
    }
    if (one.bundled()) {
      object.put("inBundle", true);
    }
    texts(object, "os", one.os());
    texts(object, "cpu", one.cpu());
    texts(object, "libc", one.libc());
    edges(object, edges(tree, path, false), edges(tree, path, true));
    List<String> bundled =
        tree.entrySet().stream()
            .filter(each -> each.getValue().bundled() && isIn(each.getKey(), path))
            .map(each -> NpmNames.folder(each.getKey()))
            .toList();
    if (!bundled.isEmpty()) {
      object.array("bundleDependencies", array -> bundled.forEach(array::add));
    }
  }

  private static void texts(JsonWriter object, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      object.array(name, array -> texts.forEach(array::add));
    }
  }

  private static void edges(
      JsonWriter object, SortedMap<String, String> needed, SortedMap<String, String> optional) {
    if (!needed.isEmpty()) {
      object.object("dependencies", edges -> needed.forEach(edges::put));
    }
    if (!optional.isEmpty()) {
      object.object("optionalDependencies", edges -> optional.forEach(edges::put));
    }
  }

  private static SortedMap<String, String> edges(
      SortedMap<String, NpmPackage> tree, String around, boolean optional) {
    SortedMap<String, String> edges = new TreeMap<>();
    tree.forEach(
        (path, one) -> {
          if (isIn(path, around) && one.optional() == optional) {
            String version = one.version();
            edges.put(
                NpmNames.folder(path),
                one.name().map(name -> "npm:" + name + "@" + version).orElse(version));
          }
        });
    return edges;
  }

  private static boolean isIn(String path, String around) {
    return NpmNames.around(path).orElse("").equals(around);
  }
}
