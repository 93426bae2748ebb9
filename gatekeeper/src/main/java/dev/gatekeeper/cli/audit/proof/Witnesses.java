package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.anchor.Anchor;
import dev.gatekeeper.audit.anchor.AnchorBranch;
import dev.gatekeeper.audit.anchor.AnchorException;
import dev.gatekeeper.audit.proof.Prover;
import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.Head;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.report.source.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What others know of a log: anchors on a branch, and what logs of others saw of it. */
public final class Witnesses {
  private final Console console;

  public Witnesses(Console console) {
    this.console = console;
  }

  /** Names of a log, as its first record says. */
  private record Opened(String logId, String identity) {}

  private static Optional<Opened> opened(Path log) {
    try {
      AuditRecord record = Prover.of(log).opened();
      Optional<String> id =
          record
              .get(Field.LOG)
              .map(it -> HexFormat.of().formatHex(Base64.getUrlDecoder().decode(it)));
      return id.flatMap(it -> record.get(Field.IDENTITY).map(key -> new Opened(it, key)));
    } catch (IOException | IllegalArgumentException e) {
      // Verification says what is wrong with such a log.
      return Optional.empty();
    }
  }

  /**
   * The anchors on a branch that a person named: one that does not hold is a finding, and so is one
   * that gives up records.
   *
   * @param accepted commits that may
   */
  List<Head> anchors(Path log, String ref, List<String> accepted)
      throws IOException, CommandFailure {
    try {
      List<Anchor> anchors = AnchorBranch.in(console.directory()).read(ref);
      Anchor.refuseLosses(anchors, accepted);
      return heads(ref, anchors, opened(log));
    } catch (AnchorException e) {
      String text = Console.printable(e.text());
      throw e.isBroken()
          ? CommandFailure.no(text, "gatekeeper audit anchor --check " + ref)
          : NamedLog.cannotJudge(text);
    }
  }

  /**
   * The anchors of the log in the repository around, where there is one. A repository may be
   * anybody's: a branch that does not hold is told of, and says nothing of the log.
   */
  List<Head> anchors(Path log) throws IOException {
    Optional<Opened> opened = opened(log);
    List<Head> all = new ArrayList<>();
    if (opened.isEmpty()) {
      return all;
    }
    AnchorBranch branches;
    try {
      branches = AnchorBranch.in(console.directory());
    } catch (AnchorException e) {
      return all;
    }
    for (String ref : branches.all()) {
      if (ref.endsWith(AnchorBranch.NAME + opened.get().logId())) {
        try {
          all.addAll(heads(ref, branches.read(ref), opened));
        } catch (AnchorException e) {
          console
              .err()
              .println(
                  "gatekeeper: not compared with "
                      + Console.printable(ref)
                      + ": "
                      + Console.printable(e.text()));
        }
      }
    }
    return all;
  }

  private List<Head> heads(String ref, List<Anchor> anchors, Optional<Opened> log)
      throws AnchorException {
    List<Head> heads = new ArrayList<>();
    for (Anchor anchor : Anchor.standing(anchors)) {
      if (log.isPresent() && !log.get().identity().equals(anchor.keys().identity())) {
        throw AnchorException.broken("the anchors are signed by another identity");
      }
      heads.add(new Head(anchor.checkpoint(), ref + ", " + Instant.ofEpochSecond(anchor.time())));
    }
    for (Anchor anchor : anchors) {
      anchor
          .givenUp()
          .ifPresent(
              text -> console.err().println("gatekeeper: " + Console.printable(ref) + ": " + text));
    }
    return heads;
  }

  /**
   * What others know of each of {@code logs}: anchors, and what the others of them saw.
   *
   * @param ref the branch with the anchors of the only log; without one those of the repository
   *     around
   * @param accepted commits of that branch that may give up records
   */
  public Map<Source, List<Head>> of(List<Source> logs, Optional<String> ref, List<String> accepted)
      throws IOException, CommandFailure {
    if (ref.isPresent() && logs.size() != 1) {
      throw CommandFailure.usage(
          "--anchors is of one log", "gatekeeper audit report --anchors REF --log DIR");
    }
    Map<Source, List<Head>> all = new LinkedHashMap<>();
    for (Source log : logs) {
      List<Head> heads =
          ref.isPresent()
              ? anchors(log.directory(), ref.get(), accepted)
              : anchors(log.directory());
      for (Source other : logs) {
        heads.addAll(seen(other.directory(), other.name(), log.directory()));
      }
      all.put(log, heads);
    }
    return all;
  }

  /** What the log in {@code witness} recorded of the log in {@code log}. */
  List<Head> seen(Path witness, String name, Path log) {
    List<Head> heads = new ArrayList<>();
    String id = opened(log).map(Opened::logId).orElse("");
    try {
      new AuditReader(witness)
          .read(
              one -> {
                if (one.get(Field.EVENT).orElse("").equals(Event.PEER_SEEN.text())
                    && one.get(Field.SOURCE).orElse("").equals(id)) {
                  seen(one, id)
                      .ifPresent(
                          note ->
                              heads.add(
                                  new Head(
                                      note,
                                      "peer.seen n "
                                          + one.get(Field.N).orElse("?")
                                          + " of "
                                          + name)));
                }
                return true;
              });
    } catch (CannotJudge e) {
      // It is judged by itself as well, and says so there.
    }
    return heads;
  }

  private static Optional<SignedCheckpoint> seen(AuditRecord record, String id) {
    String size = record.get(Field.SIZE).orElse("");
    String root = record.get(Field.DIGEST).orElse("");
    return size.matches("[1-9][0-9]{0,17}") && root.matches("sha256:[0-9a-f]{64}")
        ? Optional.of(
            SignedCheckpoint.unsigned(
                Format.ORIGIN + id,
                Long.parseLong(size),
                HexFormat.of().parseHex(root.substring("sha256:".length()))))
        : Optional.empty();
  }
}
