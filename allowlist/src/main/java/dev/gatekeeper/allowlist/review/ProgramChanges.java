package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.Acknowledged;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.review.Change.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What another program, other variables and other reasons change. */
final class ProgramChanges {
  private final Ledger ledger;

  ProgramChanges(Ledger ledger) {
    this.ledger = ledger;
  }

  void compare(Program before, Program after) {
    if (!before.command().equals(after.command()) || !before.args().equals(after.args())) {
      ledger.changed(
          Topic.PROGRAM, "runs another program", Quoted.line(before), Quoted.line(after));
    }
    if (!before.cwd().equals(after.cwd())) {
      ledger.changed(Topic.PROGRAM, "working directory", place(before.cwd()), place(after.cwd()));
    }
    values("variable", before.env(), after.env());
    values("file", templates(before), templates(after));
    acknowledged(before.acknowledged(), after.acknowledged());
  }

  /** Variables or headers. */
  void values(String what, Map<String, Template> before, Map<String, Template> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      Optional<Template> was = Optional.ofNullable(before.get(name));
      Optional<Template> now = Optional.ofNullable(after.get(name));
      if (!was.equals(now)) {
        value(what, name, was, now);
      }
    }
  }

  private void value(String what, String name, Optional<Template> was, Optional<Template> now) {
    boolean secret = was.or(() -> now).filter(Template::hasSecrets).isPresent();
    boolean secretNow = now.filter(Template::hasSecrets).isPresent();
    Topic topic = secret || secretNow ? Topic.SECRET : Topic.VARIABLE;
    String shownBefore = was.map(value -> Quoted.pair(name, value)).orElse("");
    String shownNow = now.map(value -> Quoted.pair(name, value)).orElse("");
    if (was.isEmpty()) {
      ledger.grants(topic, secretNow ? "gets a secret as " + what : "new " + what, shownNow);
    } else if (now.isPresent()) {
      ledger.changed(topic, "another value of a " + what, shownBefore, shownNow);
    } else if (was.get().parts().stream().allMatch(Reference.class::isInstance) && secret) {
      ledger.removes(topic, "no longer gets a secret as " + what, shownBefore);
    } else {
      // READ_ONLY=1 that is gone is no removal of power; nobody can tell from here which it was.
      ledger.add(
          Effect.GRANTS,
          topic,
          "a " + what + " is gone that may have held the server back",
          List.of(shownBefore),
          List.of());
    }
  }

  private void acknowledged(Acknowledged before, Acknowledged after) {
    ledger.reason(
        Topic.ACKNOWLEDGEMENT,
        "a secret in the arguments",
        before.secretInArgs(),
        after.secretInArgs());
    ledger.reason(
        Topic.ACKNOWLEDGEMENT,
        "variables that make programs load code",
        before.dangerousEnv(),
        after.dangerousEnv());
    ledger.reason(
        Topic.ACKNOWLEDGEMENT,
        "a value that looks like a secret",
        before.literalSecret(),
        after.literalSecret());
    ledger.reason(
        Topic.ACKNOWLEDGEMENT,
        "a secret out of the environment",
        before.ambientSecret(),
        after.ambientSecret());
    ledger.reason(
        Topic.ACKNOWLEDGEMENT, "a program without a pin", before.unpinned(), after.unpinned());
  }

  private static SortedMap<String, Template> templates(Program program) {
    SortedMap<String, Template> files = new TreeMap<>();
    program.files().forEach((name, reference) -> files.put(name, Template.of(reference)));
    return files;
  }

  private static String place(Optional<Template> cwd) {
    return cwd.map(Template::toString).orElse("${project}");
  }
}
