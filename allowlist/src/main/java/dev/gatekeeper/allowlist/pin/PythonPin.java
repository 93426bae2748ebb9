package dev.gatekeeper.allowlist.pin;

import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a pin of a package of Python. */
final class PythonPin {
  private final Members members;

  PythonPin(Members members) {
    this.members = members;
  }

  Optional<ProgramPin> read() {
    String name = members.text("package", PythonNames::isName, "a normalised name of a package");
    String version = members.text("version", PythonNames::isVersion, "one exact version");
    String entry = members.text("entry", PythonNames::isEntry, "module:function");
    String python = members.text("python", PythonNames::isPython, "a version as 3.12");
    SortedMap<String, ProgramPin.Wheel> wheels = new TreeMap<>();
    for (Member member : members.each("wheels")) {
      if (!PythonNames.isName(member.name())) {
        members.fault(member.value(), "not the normalised name of a package");
      } else {
        members
            .nested(member.value(), "the wheel", PythonPin::wheel)
            .ifPresent(wheel -> wheels.put(member.name(), wheel));
      }
    }
    ProgramPin.Wheel own = wheels.get(name);
    if (own == null || !own.version().equals(version)) {
      members.fault(members.object(), "\"wheels\" does not hold this package in this version");
    }
    SortedMap<Integer, Digest> code = PinJson.someFiles(members);
    return members
        .digest("installed")
        .map(files -> new ProgramPin.Python(name, version, entry, python, files, wheels, code));
  }

  private static Optional<ProgramPin.Wheel> wheel(Members one) {
    String version = one.text("version", PythonNames::isVersion, "one exact version");
    return one.digest("file").map(file -> new ProgramPin.Wheel(version, file));
  }
}
