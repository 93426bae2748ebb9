package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Everything that is wrong with one text, gathered so that a person sees it in one go. */
final class Faults {
  /** A screen full; a text with more is not the text that was meant. */
  private static final int MAX = 50;

  private final List<Fault> faults = new ArrayList<>();

  void add(At at, String message) {
    add(Fault.of(at, message));
  }

  void add(At at, String message, String hint) {
    add(Fault.of(at, message, hint));
  }

  void add(Fault fault) {
    faults.add(fault);
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  /** In order of position. */
  List<Problem> problems(String file) {
    return faults.stream()
        .sorted(Comparator.comparingInt(fault -> fault.at().start()))
        .limit(MAX)
        .map(f -> new Problem(file, f.at().line(), f.at().column(), f.message(), f.hint()))
        .toList();
  }
}
