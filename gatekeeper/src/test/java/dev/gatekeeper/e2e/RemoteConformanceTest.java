package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client scenarios of the official conformance suite, each through {@code gatekeeper serve} and
 * {@code login}: the suite plays the server and the authorization server, and judges what reaches
 * them. What the TypeScript SDK's own client passes, and is about the transport or the login, has
 * to pass here.
 *
 * <p>{@code -Dgatekeeper.conformance=sdk} runs that client in our place, to compare with.
 */
@EndToEnd
final class RemoteConformanceTest {
  private static final List<String> SCENARIOS =
      List.of(
          "initialize",
          "tools_call",
          "elicitation-sep1034-client-defaults",
          "sse-retry",
          "json-schema-2020-12-preservation",
          "json-schema-ref-no-deref",
          "auth/metadata-default",
          "auth/metadata-var1",
          "auth/metadata-var2",
          "auth/metadata-var3",
          "auth/basic-cimd",
          "auth/scope-from-www-authenticate",
          "auth/scope-from-scopes-supported",
          "auth/scope-omitted-when-undefined",
          "auth/scope-step-up",
          "auth/scope-retry-limit",
          "auth/token-endpoint-auth-basic",
          "auth/token-endpoint-auth-post",
          "auth/token-endpoint-auth-none",
          "auth/pre-registration",
          "auth/2025-03-26-oauth-metadata-backcompat",
          "auth/2025-03-26-oauth-endpoint-fallback",
          "auth/resource-mismatch",
          "auth/offline-access-scope",
          "auth/offline-access-not-supported",
          "auth/authorization-server-migration",
          "auth/iss-supported",
          "auth/iss-not-advertised",
          "auth/iss-supported-missing",
          "auth/iss-wrong-issuer",
          "auth/iss-unexpected",
          "auth/iss-normalized",
          "auth/metadata-issuer-mismatch",
          "auth/client-credentials-basic");

  private static final Map<String, Future<Project.Result>> RUNS = new LinkedHashMap<>();

  /** More than the cores, for most of a scenario is waiting. */
  private static final ExecutorService RUNNERS = Executors.newFixedThreadPool(3);

  private static Path folder;

  /** One vault is made; each scenario has a copy of it. */
  @BeforeAll
  static void startThemAll(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Peers peers = Peers.installed();
    Project project = new Project(folder).withVault();
    Path driver = peers.folder().resolve("conformance.mjs");
    Files.copy(
        Path.of(Project.script("conformance.mjs")), driver, StandardCopyOption.REPLACE_EXISTING);
    for (String scenario : SCENARIOS) {
      RUNS.put(scenario, RUNNERS.submit(() -> run(peers, project, driver, scenario)));
    }
  }

  @AfterAll
  static void stop() {
    RUNNERS.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> theSuiteIsContent() {
    return RUNS.entrySet().stream()
        .map(
            run ->
                DynamicTest.dynamicTest(
                    run.getKey(),
                    () -> {
                      Project.Result result = run.getValue().get();
                      assertThat(result.exit()).as("%s", result.err()).isZero();
                    }));
  }

  private static Project.Result run(Peers peers, Project project, Path driver, String scenario)
      throws Exception {
    Map<String, Object> settings = new HashMap<>();
    settings.put("with", System.getProperty("gatekeeper.conformance", "gatekeeper"));
    settings.put("command", project.command());
    settings.put("home", project.home().toString());
    settings.put("folder", folder.toString());
    settings.put("id", "scenario-" + SCENARIOS.indexOf(scenario));
    Map<String, String> person = new TreeMap<>(project.person());
    person.put("BROWSER", browser(peers).toString());
    settings.put("env", person);
    Map<String, String> environment = new TreeMap<>(project.agent());
    environment.put("CONFORMANCE", JsonMapper.shared().writeValueAsString(settings));
    return project.runProgram(
        List.of(
            peers.recentNode().toString(),
            peers.conformance().toString(),
            "client",
            "--command",
            peers.recentNode() + " " + driver,
            "--scenario",
            scenario,
            "--spec-version",
            "2025-11-25",
            "--force",
            "--timeout",
            "55000"),
        environment,
        "");
  }

  /** A person who agrees to everything: follows where the authorization server leads. */
  private static synchronized Path browser(Peers peers) throws Exception {
    Path browser = folder.resolve("browser");
    if (!Files.exists(browser)) {
      Files.writeString(
          browser,
          "#!/bin/sh\nexec '%s' -e 'fetch(process.argv[1]).then((r) => r.text())' \"$1\"\n"
              .formatted(peers.recentNode()));
      Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
    }
    return browser;
  }
}
