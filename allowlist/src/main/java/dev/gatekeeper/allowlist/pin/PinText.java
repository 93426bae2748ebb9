package dev.gatekeeper.allowlist.pin;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A pin as the lock holds it: members sorted, nothing that is empty or false. {@link PinJson} reads
 * it back.
 */
public final class PinText {
  private static final At NOWHERE = new At(1, 1, 0, 0);

  private PinText() {}

  /** One pin. */
  public static Json json(ProgramPin pin) {
    SortedMap<String, Json> members = new TreeMap<>();
    members.put("kind", text(pin.kind()));
    switch (pin) {
      case ProgramPin.Npm npm -> npm(npm, members);
      case ProgramPin.Binary binary -> {
        members.put("program", text(binary.program()));
        members.put("files", files(binary.files()));
      }
      case ProgramPin.Script script -> {
        members.put("interpreter", text(script.interpreter()));
        members.put("files", files(script.files()));
      }
      case ProgramPin.Image image -> {
        members.put("digest", text(image.digest()));
        flag("local", image.local(), members);
      }
      case ProgramPin.Python python -> python(python, members);
      case ProgramPin.Unpinned unpinned -> members.put("why", text(unpinned.why()));
    }
    return object(members);
  }

  private static void npm(ProgramPin.Npm npm, SortedMap<String, Json> members) {
    members.put("package", text(npm.name()));
    members.put("version", text(npm.version()));
    members.put("bin", text(npm.bin()));
    SortedMap<String, Json> installed = new TreeMap<>();
    npm.installed().forEach((platform, files) -> installed.put(platform.name(), text(files)));
    members.put("installed", object(installed));
    someFiles(npm, members);
    SortedMap<String, Json> tree = new TreeMap<>();
    npm.tree().forEach((path, one) -> tree.put(path, npmPackage(one)));
    members.put("tree", object(tree));
  }

  private static Json npmPackage(NpmPackage one) {
    SortedMap<String, Json> members = new TreeMap<>();
    members.put("version", text(one.version()));
    one.integrity().ifPresent(integrity -> members.put("integrity", text(integrity)));
    one.name().ifPresent(name -> members.put("name", text(name)));
    flag("optional", one.optional(), members);
    flag("bundled", one.bundled(), members);
    texts("os", one.os(), members);
    texts("cpu", one.cpu(), members);
    texts("libc", one.libc(), members);
    return object(members);
  }

  private static void python(ProgramPin.Python python, SortedMap<String, Json> members) {
    members.put("package", text(python.name()));
    members.put("version", text(python.version()));
    members.put("entry", text(python.entry()));
    members.put("python", text(python.python()));
    members.put("installed", text(python.installed()));
    someFiles(python, members);
    SortedMap<String, Json> wheels = new TreeMap<>();
    python
        .wheels()
        .forEach(
            (name, wheel) ->
                wheels.put(
                    name,
                    object(
                        new TreeMap<>(
                            Map.of(
                                "version", text(wheel.version()), "file", text(wheel.file()))))));
    members.put("wheels", object(wheels));
  }

  private static void someFiles(ProgramPin pin, SortedMap<String, Json> members) {
    if (!pin.files().isEmpty()) {
      members.put("files", files(pin.files()));
    }
  }

  private static Json files(SortedMap<Integer, Digest> files) {
    SortedMap<String, Json> members = new TreeMap<>();
    files.forEach((index, digest) -> members.put(PinJson.argument(index), text(digest)));
    return object(members);
  }

  private static void flag(String name, boolean value, SortedMap<String, Json> members) {
    if (value) {
      members.put(name, new JsonFlag(NOWHERE, true));
    }
  }

  private static void texts(String name, List<String> texts, SortedMap<String, Json> members) {
    if (!texts.isEmpty()) {
      members.put(name, new JsonArray(NOWHERE, texts.stream().map(PinText::text).toList()));
    }
  }

  private static Json text(Object text) {
    return new JsonText(NOWHERE, text.toString());
  }

  private static Json object(SortedMap<String, Json> members) {
    List<Member> list = new ArrayList<>();
    members.forEach((name, value) -> list.add(new Member(name, NOWHERE, value)));
    return new JsonObject(NOWHERE, list);
  }
}
