package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.review.Change;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.review.Changes;
import dev.gatekeeper.allowlist.review.LockedList;
import dev.gatekeeper.allowlist.smell.Smell;
import dev.gatekeeper.cli.allowlist.edit.EditedList;
import dev.gatekeeper.cli.allowlist.edit.WhichList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.trust.Project;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist diff}: which power a change of the list and its lock grants. */
@Command(
    name = "diff",
    description = {
      "Say which power the list and its lock grant that they did not grant before.",
      "What is not provably a removal counts as growth. Exit 1 where there is growth."
    })
public final class AllowListDiffCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text, markdown (the comment of a pull request) or json.")
  private String format = "text";

  @Option(
      names = "--live",
      description = "Start the locked servers, and compare the lock with what they say now.")
  private boolean live;

  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "A commit, e.g. origin/main. Default: what was trusted here last.")
  private @Nullable String ref;

  @Mixin private WhichList which = new WhichList();

  AllowListDiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    String kind = json ? "json" : format.toLowerCase(Locale.ROOT);
    if (!List.of("text", "markdown", "json").contains(kind)) {
      throw CommandFailure.usage(
          "--format is text, markdown or json", "gatekeeper allowlist diff --format markdown");
    }
    if (live && ref != null) {
      throw CommandFailure.usage("--live takes no REF", "gatekeeper allowlist diff --live");
    }
    if (which.isPersonal() && ref != null) {
      throw CommandFailure.usage(
          "a list of your own is in no commit", "gatekeeper allowlist diff --personal");
    }
    EditedList list = which.list(console);
    try {
      return compare(list, kind);
    } catch (CommandFailure e) {
      throw list.place().typed(e);
    }
  }

  private int compare(EditedList list, String kind) throws Exception {
    Project project = Project.find(console.environment(), console.directory());
    ReviewedPair after =
        which.isPersonal() ? ReviewedPair.ofOwn(list.file()) : ReviewedPair.ofTree(project);
    if (live) {
      LockedList reviewed = after.content();
      LockedList said = new SaidNow(console, project).of(reviewed);
      return print(Changes.between(reviewed, said), "the lock", true, kind);
    }
    ReviewedPair before =
        ref == null
            ? ReviewedPair.ofTrust(
                project, which.isPersonal(), Home.existing(console.environment()))
            : ReviewedPair.ofCommit(project, ref);
    if (!before.isThere() && !after.isThere()) {
      throw CommandFailure.cannotJudge(
          "there is no list at " + Console.printable(list.file().toString()),
          "gatekeeper allowlist import");
    }
    List<Change> changes = Changes.between(before.content(), after.content());
    return print(changes, before.source(), before.isThere(), kind);
  }

  private int print(List<Change> changes, String before, boolean there, String kind) {
    String source = before + (there ? "" : ": nothing");
    switch (kind) {
      case "json" -> json(changes, before, there);
      case "markdown" -> console.out().print(ChangeMarkdown.of(changes, source));
      default -> text(changes, source);
    }
    return count(changes, Effect.GRANTS) > 0 ? CommandFailure.NO : 0;
  }

  private void text(List<Change> changes, String source) {
    console.out().println("Compared with " + Console.printable(source) + ".");
    new ChangeText(console.out()).print(changes);
    long grants = count(changes, Effect.GRANTS);
    console
        .out()
        .println(
            grants == 0
                ? "No power is granted."
                : grants + (grants == 1 ? " change grants" : " changes grant") + " power.");
  }

  private static long count(List<Change> changes, Effect effect) {
    return changes.stream().filter(change -> change.effect() == effect).count();
  }

  private void json(List<Change> changes, String before, boolean there) {
    console.print(
        Json.object()
            .put("before", before)
            .put("beforeExists", there)
            .put("growth", count(changes, Effect.GRANTS) > 0)
            .array("changes", array -> changes.forEach(c -> array.object(o -> write(c, o)))));
  }

  private static void write(Change change, JsonWriter object) {
    object
        .put("effect", word(change.effect()))
        .put("topic", word(change.topic()))
        .put("entry", change.entry())
        .put("words", change.words())
        .put("subject", change.subject())
        .array("before", array -> change.before().forEach(array::add))
        .array("after", array -> change.after().forEach(array::add))
        .array("smells", array -> change.smells().forEach(s -> array.object(o -> write(s, o))));
  }

  private static void write(Smell smell, JsonWriter object) {
    object
        .put("pointer", smell.pointer())
        .put("index", smell.index())
        .put("what", smell.what())
        .put("excerpt", smell.excerpt());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
