package dev.gatekeeper.allowlist.pin;

import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a pin of npm. */
final class NpmPin {
  private static final String PLATFORM = "names as node has them, e.g. darwin or !win32";

  private final Members members;

  NpmPin(Members members) {
    this.members = members;
  }

  Optional<ProgramPin> read() {
    String name = members.text("package", NpmNames::isName, "the name of a package");
    String version = members.text("version", NpmNames::isVersion, "one exact version");
    String folder = "node_modules/" + name;
    String bin =
        members.text(
            "bin",
            text -> text.startsWith(folder + "/") && NpmNames.isFile(text),
            "a file of the package");
    SortedMap<String, NpmPackage> tree = tree();
    NpmPackage root = tree.get(folder);
    if (root == null || !root.version().equals(version) || root.bundled() || root.optional()) {
      members.fault(members.object(), "\"tree\" does not hold this package in this version");
    }
    return Optional.of(
        new ProgramPin.Npm(name, version, bin, installed(tree), tree, PinJson.someFiles(members)));
  }

  private SortedMap<Platform, Digest> installed(SortedMap<String, NpmPackage> tree) {
    SortedMap<Platform, Digest> installed = new TreeMap<>();
    for (Member member : members.each("installed")) {
      Optional<Platform> platform = Platform.read(member.name());
      Optional<Digest> digest = member.value().string().flatMap(Digest::read);
      if (platform.isEmpty() || digest.isEmpty()) {
        members.fault(member.value(), "\"installed\" holds digests under platforms");
      } else {
        installed.put(platform.get(), digest.get());
      }
    }
    boolean some = tree.values().stream().anyMatch(NpmPackage::dependsOnPlatform);
    if (installed.isEmpty()
        || installed.containsKey(Platform.ANY) == some
        || (!some && installed.size() > 1)) {
      members.fault(
          members.object(),
          some
              ? "\"installed\" must name platforms: packages of the tree do"
              : "\"installed\" must have \"any\" alone: no package of the tree names a platform");
    }
    return installed;
  }

  private SortedMap<String, NpmPackage> tree() {
    SortedMap<String, NpmPackage> tree = new TreeMap<>();
    Set<String> folded = new HashSet<>();
    List<Member> each = members.each("tree");
    for (Member member : each) {
      String path = member.name();
      if (!NpmNames.isPath(path)) {
        members.fault(member.value(), "not the path of a package below node_modules");
      } else if (!folded.add(path.toLowerCase(Locale.ROOT))) {
        // On macOS they are one folder.
        members.fault(member.value(), "differs from another path in letter case only");
      } else {
        tree.put(path, members.nested(member.value(), "the package", NpmPin::packageOf));
      }
    }
    for (Member member : each) {
      Optional<String> around =
          NpmNames.isPath(member.name()) ? NpmNames.around(member.name()) : Optional.empty();
      if (around.isPresent() && !tree.containsKey(around.get())) {
        members.fault(member.value(), "lies in a package that is not in the tree");
      }
    }
    return tree;
  }

  private static NpmPackage packageOf(Members one) {
    boolean bundled = one.flag("bundled");
    String expected = "the SHA-512 of an archive";
    return new NpmPackage(
        one.text("version", NpmNames::isVersion, "one exact version"),
        bundled
            ? Optional.empty()
            : Optional.of(one.text("integrity", NpmNames::isIntegrity, expected)),
        one.optionalText("name", NpmNames::isName, "the name of a package"),
        one.flag("optional"),
        bundled,
        one.texts("os", NpmPin::isPlatformWord, PLATFORM),
        one.texts("cpu", NpmPin::isPlatformWord, PLATFORM),
        one.texts("libc", NpmPin::isPlatformWord, PLATFORM));
  }

  /** A word that npm compares with the machine's own. */
  static boolean isPlatformWord(String text) {
    String word = text.startsWith("!") ? text.substring(1) : text;
    return !word.isEmpty()
        && word.length() <= 32
        && word.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
  }
}
