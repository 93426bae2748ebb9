package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.login.MadeUpAuthorization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A person with a list, a vault, and a browser that is a script. */
final class LoggingIn implements AutoCloseable {
  private static final HttpClient PERSON =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

  final MadeUpAuthorization made;
  final Path browser;

  /** Where the browser leaves the address that it was given. */
  final Path opened;

  private final Path folder;

  LoggingIn(Path folder) throws Exception {
    this.folder = folder;
    made = new MadeUpAuthorization();
    opened = folder.resolve("opened");
    browser = folder.resolve("browser");
    write(
        "browser",
        "#!/bin/sh\nprintf '%s' \"$1\" > '"
            + opened
            + ".part'\nmv '"
            + opened
            + ".part' '"
            + opened
            + "'\n",
        "rwx------");
    write("passphrase", "made-up passphrase of the tests", "rw-------");
    assertThat(command().run("vault", "init").exit()).isZero();
    entry("");
  }

  @Override
  public void close() {
    made.close();
  }

  void write(String name, String text, String mode) throws IOException {
    Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(mode));
  }

  void entry(String oauth) throws IOException {
    Path list = folder.resolve(".gatekeeper/allowlist.json");
    Files.createDirectories(list.getParent());
    Files.writeString(
        list,
        """
        {"version": 1, "mcpServers": {
          "tracker": {"type": "http", "url": "%s", "oauth": {"login": "tracker" %s},
                      "dynamic": "a test", "tools": {"allow": ["*"]}},
          "here": {"command": "cat", "unpinned": "a test", "tools": {"allow": ["*"]}}}}
        """
            .formatted(made.mcp(), oauth));
    CommandRun trust = command().run("allowlist", "trust", "--yes");
    assertThat(trust.exit()).as(trust.err()).isZero();
  }

  /** The entry without "dynamic": what it offers is to be locked. */
  void locked() throws IOException {
    Path list = folder.resolve(".gatekeeper/allowlist.json");
    Files.writeString(list, Files.readString(list).replace("\"dynamic\": \"a test\",", ""));
    CommandRun trust = command().run("allowlist", "trust", "--yes");
    assertThat(trust.exit()).as(trust.err()).isZero();
  }

  Map<String, String> environment() {
    return Map.of(
        "HOME", folder.toString(),
        "PATH", "/usr/bin:/bin",
        "BROWSER", browser.toString(),
        "GATEKEEPER_HOME", folder.resolve("home").toString(),
        "GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  CommandRun command() {
    CommandRun run = CommandRun.in(folder);
    environment().forEach(run::with);
    return run;
  }

  CompletableFuture<CommandRun> login(String... options) {
    List<String> line = new ArrayList<>(List.of("login", "tracker"));
    line.addAll(Arrays.asList(options));
    // Not of the common pool: it may have one thread, and logins wait.
    return CompletableFuture.supplyAsync(
        () -> command().run(line.toArray(String[]::new)),
        task -> Thread.ofPlatform().daemon().name("login-of-a-person").start(task));
  }

  /** The address that the browser was given. */
  String address(CompletableFuture<CommandRun> login) throws Exception {
    while (!Files.exists(opened)) {
      assertThat(login.isDone()).as(login.isDone() ? login.get().err() : "").isFalse();
      Thread.sleep(10);
    }
    String address = Files.readString(opened);
    Files.delete(opened);
    return address;
  }

  static HttpResponse<String> visit(String address) throws Exception {
    return PERSON.send(
        HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
  }

  CommandRun loggedIn(String... options) throws Exception {
    CompletableFuture<CommandRun> login = login(options);
    HttpResponse<String> page = visit(address(login));
    assertThat(page.statusCode()).isEqualTo(200);
    CommandRun run = login.get();
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    return run;
  }

  String log() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var found = Files.walk(folder.resolve("home/audit/log"))) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  Path file() {
    return folder.resolve("home/logins/tracker.login");
  }
}
