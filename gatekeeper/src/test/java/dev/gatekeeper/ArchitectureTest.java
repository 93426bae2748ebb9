package dev.gatekeeper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/architecture.md}: who may know whom, and what only some may do. */
@AnalyzeClasses(packages = "dev.gatekeeper", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "dev.gatekeeper.";

  /** A file above this many lines holds more than one idea. */
  private static final int LINES_OF_A_FILE = 400;

  /** The packages of ours that each package may use; {@code cli} may use all. */
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          entry(
              "proxy",
              Set.of(
                  "fleet",
                  "launch",
                  "journal",
                  "mcp",
                  "catalog",
                  "wire",
                  "json",
                  "allowlist",
                  "request",
                  "trust",
                  "redaction",
                  "audit")),
          entry(
              "fleet",
              Set.of(
                  "launch",
                  "journal",
                  "mcp",
                  "catalog",
                  "wire",
                  "json",
                  "allowlist",
                  "broker",
                  "downstream",
                  "redaction")),
          entry(
              "launch",
              Set.of(
                  "sandbox",
                  "files",
                  "mcp",
                  "wire",
                  "json",
                  "allowlist",
                  "broker",
                  "downstream",
                  "remote",
                  "http",
                  "pin",
                  "redaction")),
          entry(
              "journal",
              Set.of("mcp", "catalog", "wire", "json", "allowlist", "redaction", "audit")),
          entry("mcp", Set.of("catalog", "json")),
          entry("catalog", Set.of("json", "allowlist")),
          entry("sandbox", Set.of()),
          entry("downstream", Set.of("wire", "kernel")),
          entry(
              "login",
              Set.of(
                  "remote",
                  "http",
                  "allowlist",
                  "broker",
                  "redaction",
                  "audit",
                  "vault",
                  "files",
                  "json")),
          entry("remote", Set.of("downstream", "http", "wire", "json", "kernel")),
          entry("http", Set.of()),
          entry("pin", Set.of("wire", "json", "allowlist", "files", "kernel")),
          entry(
              "broker",
              Set.of(
                  "allowlist",
                  "source",
                  "holder",
                  "keyring",
                  "passphrase",
                  "team",
                  "trust",
                  "vault",
                  "succession",
                  "redaction",
                  "audit",
                  "files",
                  "kernel")),
          entry("source", Set.of("allowlist", "vault", "json", "files", "kernel")),
          entry(
              "fingerprint",
              Set.of("team", "vault", "succession", "audit", "redaction", "json", "seal", "files")),
          entry(
              "holder",
              Set.of(
                  "allowlist",
                  "trust",
                  "team",
                  "vault",
                  "succession",
                  "audit",
                  "seal",
                  "files",
                  "kernel")),
          entry("request", Set.of("allowlist", "vault", "files", "json")),
          entry(
              "trust",
              Set.of(
                  "allowlist", "vault", "audit", "seal", "files", "wire", "json", "git", "http")),
          entry("team", Set.of("vault", "seal", "files", "git", "kernel")),
          entry("keyring", Set.of("kernel")),
          entry("passphrase", Set.of("vault", "files", "kernel")),
          entry("succession", Set.of("vault", "audit")),
          entry("vault", Set.of("seal", "files", "kernel")),
          entry("audit", Set.of("seal", "files", "kernel", "git")),
          entry("report", Set.of("audit", "files", "wire", "json")),
          entry("redaction", Set.of("json")),
          entry("wire", Set.of("json")),
          entry("json", Set.of()),
          entry("seal", Set.of()),
          entry("git", Set.of()),
          entry("files", Set.of("kernel")),
          entry("kernel", Set.of()),
          entry("allowlist", Set.of()),
          entry("examples", Set.of()));

  /** The other parts of its room, and the room's own package, that a part may use. */
  private static final Map<String, Set<String>> PARTS =
      Map.ofEntries(
          entry(
              "allowlist.check",
              Set.of("allowlist", "json", "lock", "pin", "read", "review", "smell")),
          entry("cli.allowlist.edit", Set.of()),
          entry("cli.allowlist.client", Set.of("edit")),
          entry("cli.allowlist.lock", Set.of("edit")),
          entry("cli.allowlist.review", Set.of("edit", "lock")),
          entry("cli.allowlist.trust", Set.of("lock", "review")),
          entry("cli.audit.auditor", Set.of()),
          entry("cli.audit.proof", Set.of()),
          entry("cli.vault.slot", Set.of("team")),
          entry("fingerprint.print", Set.of()),
          entry("fingerprint.scan", Set.of("print")),
          entry("fleet.offer", Set.of()),
          entry("fleet.terms", Set.of("offer")),
          entry("pin.cache", Set.of()),
          entry("pin.line", Set.of()),
          entry("proxy.approval", Set.of("question")),
          entry("proxy.question", Set.of()),
          entry("team.file", Set.of()),
          entry("vault.key", Set.of("text")),
          entry("vault.text", Set.of()));

  @ArchTest
  static final ArchRule ARROWS_GO_DOWN =
      classes().should(onlyUseWhatTheTableAllows()).because("docs/architecture.md says who may");

  @ArchTest
  static final ArchRule ARROWS_GO_DOWN_WITHIN_A_ROOM =
      classes().should(onlyUseWhatItsPartMay()).because("docs/architecture.md says who may");

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      classes()
          .should(
              new ArchCondition<>("be in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName()));
                  }
                }
              })
          .because("an invariant and null-safety start with package-info");

  @ArchTest
  static final ArchRule STANDARD_OUTPUT_IS_THE_PROTOCOL =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "wire..", ROOT + "cli..", ROOT + "examples..")
          .should()
          .accessField(System.class, "out");

  @ArchTest
  static final ArchRule ONLY_THE_KERNEL_CALLS_NATIVE_CODE =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "kernel..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor).*");

  @ArchTest
  static final ArchRule ONLY_A_COMMAND_ENDS_THE_PROCESS =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "cli..", ROOT + "examples..")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule NAMES_ARE_NOUNS_THAT_OWN_THEIR_DATA =
      noClasses()
          .should()
          .haveNameMatching(".*(Manager|Helper|Utils?|Impl)")
          .orShould()
          .haveSimpleNameStartingWith("Abstract");

  /** The table in the document is the table in this test. */
  @Test
  void theDocumentNamesEveryPackageAndWhatItUses() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "architecture.md"));
    Map<String, Set<String>> written =
        document
            .lines()
            .map(line -> line.split("\\|", -1))
            .filter(cells -> cells.length == 6 && cells[1].strip().startsWith("`"))
            .collect(
                Collectors.toMap(
                    cells -> words(cells[1]).iterator().next(), cells -> words(cells[4])));
    assertThat(written.remove("cli")).isEmpty();
    assertThat(written)
        .containsExactlyInAnyOrderEntriesOf(
            USES.entrySet().stream()
                .filter(entry -> !entry.getKey().equals("examples"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** So is the table of the parts. */
  @Test
  void theDocumentNamesEveryPartAndWhatItUses() throws IOException {
    Map<String, Set<String>> written =
        Files.readString(Path.of("..", "docs", "architecture.md"))
            .lines()
            .map(line -> line.split("\\|", -1))
            .filter(cells -> cells.length == 5 && cells[1].matches(" `[a-z.]+` "))
            .collect(
                Collectors.toMap(
                    cells -> cells[1].replace("`", "").strip(), cells -> words(cells[3])));
    assertThat(written).containsExactlyInAnyOrderEntriesOf(PARTS);
  }

  @Test
  void noFileHoldsMoreThanOneIdea() throws IOException {
    for (String sources :
        Set.of("allowlist/src", "gatekeeper/src/main", "gatekeeper/src/test", "examples/src")) {
      try (var files = Files.walk(Path.of("..", sources))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          assertThat(Files.readAllLines(file).size())
              .as("lines of %s", file)
              .isLessThanOrEqualTo(LINES_OF_A_FILE);
        }
      }
    }
  }

  /** The words in backquotes. */
  private static Set<String> words(String cell) {
    return Pattern.compile("`")
        .splitAsStream(cell)
        .filter(word -> word.matches("[a-z]+"))
        .collect(Collectors.toSet());
  }

  private static ArchCondition<JavaClass> onlyUseWhatTheTableAllows() {
    return new ArchCondition<>("only use the packages that the table allows") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String from = room(type);
        if (from.equals("cli")) {
          return;
        }
        Set<String> allowed = USES.get(from);
        if (allowed == null) {
          events.add(
              SimpleConditionEvent.violated(type, type.getName() + ": the table lacks " + from));
          return;
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (target.getPackageName().startsWith(ROOT)
              && !room(target).equals(from)
              && !allowed.contains(room(target))) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> onlyUseWhatItsPartMay() {
    return new ArchCondition<>("only use the parts of its room that the table allows") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String own = type.getPackageName();
        Set<String> allowed = PARTS.get(own.replaceFirst("^" + Pattern.quote(ROOT), ""));
        if (allowed == null) {
          return;
        }
        String room = own.substring(0, own.lastIndexOf('.'));
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          String used = dependency.getTargetClass().getBaseComponentType().getPackageName();
          String part = used.substring(used.lastIndexOf('.') + 1);
          if ((used.equals(room) || used.startsWith(room + "."))
              && !used.startsWith(own)
              && !allowed.contains(part)) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static String room(JavaClass type) {
    String below = (type.getPackageName() + ".").substring(ROOT.length());
    return below.substring(0, below.indexOf('.'));
  }
}
