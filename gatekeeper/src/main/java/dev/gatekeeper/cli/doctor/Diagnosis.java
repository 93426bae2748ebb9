package dev.gatekeeper.cli.doctor;

import dev.gatekeeper.broker.SecretFiles;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.vault.OpenUntil;
import dev.gatekeeper.cli.vault.team.TeamStanding;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether this place is fit for a session: a handful of looks, each of which changes nothing. */
final class Diagnosis {
  private static final int JAVA = 25;

  /** What in the home nobody else may read or write. */
  private static final List<String> OWN =
      List.of("vault", "sources.json", "age-identity", "audit", "trust", "run");

  /** One look. */
  private record Check(String name, boolean fit, String text) {}

  private final List<Check> checks = new ArrayList<>();

  private Diagnosis() {}

  static Diagnosis of(Console console) throws IOException {
    Diagnosis diagnosis = new Diagnosis();
    int java = Runtime.version().feature();
    diagnosis.add("java", java >= JAVA, Runtime.version() + ", " + JAVA + " is needed");
    try {
      Home home = Home.locate(console.environment());
      diagnosis.add("home", true, home.path().toString());
      SecretFiles.sweep(home, console.environment());
      diagnosis.files(home);
      diagnosis.vault(home);
      Project project = Project.find(console.environment(), console.directory());
      TeamStanding.of(home, project.directory())
          .ifPresent(team -> diagnosis.add("team", team.counts(), team.text()));
      InForce inForce = new Trust(home).inForce(project);
      diagnosis.add("list", inForce instanceof InForce.Trusted, inForce.text());
    } catch (IOException e) {
      diagnosis.add("home", false, String.valueOf(e.getMessage()));
    }
    return diagnosis;
  }

  private void files(Home home) {
    for (String name : OWN) {
      Path file = home.resolve(name);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        try {
          OwnerOnly.check(file);
        } catch (IOException e) {
          add("files", false, String.valueOf(e.getMessage()));
        }
      }
    }
    if (checks.stream().allMatch(Check::fit)) {
      add("files", true, "of the home: nobody else can read or write them");
    }
  }

  private void vault(Home home) {
    VaultStanding standing = VaultStanding.of(home, new SeenVaults(home.resolve("audit")));
    add(
        "vault",
        standing.header().isPresent(),
        standing
            .header()
            .map(
                header ->
                    "opened by: "
                        + String.join(", ", header.slots())
                        + "; "
                        + OpenUntil.text(home, header))
            .orElse(standing.fault()));
  }

  private void add(String name, boolean fit, String text) {
    checks.add(new Check(name, fit, text));
  }

  boolean isFit() {
    return checks.stream().allMatch(Check::fit);
  }

  void print(Console console) {
    for (Check check : checks) {
      console
          .out()
          .println(
              (check.fit ? "ok     " : "fault  ")
                  + "%-6s ".formatted(check.name)
                  + Console.printable(check.text));
    }
  }

  void json(Console console) {
    console.print(
        Json.object()
            .put("fit", isFit())
            .array(
                "checks",
                array ->
                    checks.forEach(
                        check ->
                            array.object(
                                it ->
                                    it.put("name", check.name)
                                        .put("fit", check.fit)
                                        .put("text", check.text)))));
  }
}
