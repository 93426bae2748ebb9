package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.vault.team.SecretStore;
import dev.gatekeeper.fingerprint.print.Imprint;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.redaction.Strength;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper vault check}. */
@Command(
    name = "check",
    description = {
      "List the secrets that are weak, that share a value, or whose date is over: by name; and"
          + " those without a fingerprint, which vault scan finds with --open alone.",
      "Exit status 0 where there is none but of the last kind, 1 where there is one."
    })
final class VaultCheckCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Option(names = "--team", description = "Those of the repository's vault.")
  private boolean team;

  VaultCheckCommand(Console console) {
    this.console = console;
  }

  /** What is known of one value, once it is wiped. */
  private record Judged(
      String name, int bits, boolean recognisable, boolean printed, ByteBuffer digest) {
    boolean isWeak() {
      return !recognisable || bits < Strength.WEAK_BITS;
    }
  }

  @Override
  public Integer call() throws Exception {
    List<Judged> all = new ArrayList<>();
    byte[] salt = new byte[32];
    new SecureRandom().nextBytes(salt);
    List<SecretInfo> overdue;
    try (SecretStore store = SecretStore.open(console, team)) {
      overdue = store.secrets().stream().filter(this::isOverdue).toList();
      for (SecretInfo secret : store.secrets()) {
        try (SecretValue value = store.reveal(secret.name())) {
          value.revealTo(bytes -> all.add(judged(secret.name(), bytes, salt)));
        }
      }
    }
    Map<ByteBuffer, List<String>> same = new TreeMap<>();
    all.forEach(one -> same.computeIfAbsent(one.digest, none -> new ArrayList<>()).add(one.name));
    List<List<String>> reused = same.values().stream().filter(names -> names.size() > 1).toList();
    List<Judged> weak = all.stream().filter(Judged::isWeak).toList();
    weak.forEach(this::print);
    reused.forEach(this::print);
    overdue.forEach(this::print);
    all.stream().filter(one -> !one.printed).forEach(one -> printUnseen(one.name));
    if (!weak.isEmpty() || !reused.isEmpty() || !overdue.isEmpty()) {
      return 1;
    }
    if (!json) {
      console.out().println(all.size() + " secrets, none of them weak or overdue, no value twice.");
    }
    return 0;
  }

  /** On the day itself it is to be replaced. A date that is none was not written by us. */
  private boolean isOverdue(SecretInfo secret) {
    try {
      return secret
          .attribute(SecretInfo.DUE)
          .map(LocalDate::parse)
          .filter(due -> !due.isAfter(console.today()))
          .isPresent();
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private void print(SecretInfo overdue) {
    String due = overdue.attribute(SecretInfo.DUE).orElse("");
    if (json) {
      console.print(
          Json.object().put("finding", "overdue").put("name", overdue.name()).put("due", due));
    } else {
      console.out().println("overdue " + overdue.name() + "  (was to be replaced by " + due + ")");
    }
  }

  private void printUnseen(String name) {
    if (json) {
      console.print(Json.object().put("finding", "no-fingerprint").put("name", name));
    } else {
      console.out().println("unseen  " + name + "  (no fingerprint: vault scan needs --open)");
    }
  }

  /** The salt is this run's alone, so that the digest says nothing to anybody else. */
  private static Judged judged(String name, byte[] value, byte[] salt) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(salt);
      return new Judged(
          name,
          Strength.bits(value),
          Redactor.isRecognisable(value),
          Imprint.isStrong(value),
          ByteBuffer.wrap(sha256.digest(value)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private void print(Judged weak) {
    if (json) {
      console.print(
          Json.object()
              .put("finding", "weak")
              .put("name", weak.name)
              .put("bits", weak.bits)
              .put("masked", weak.recognisable));
      return;
    }
    console
        .out()
        .println(
            "weak    "
                + weak.name
                + "  (about "
                + weak.bits
                + " bits at most"
                + (weak.recognisable ? ")" : "; cannot be masked, no server is launched with it)"));
  }

  private void print(List<String> reused) {
    if (json) {
      console.print(Json.object().put("finding", "reused").put("names", String.join(" ", reused)));
    } else {
      console.out().println("reused  " + String.join("  ", reused));
    }
  }
}
