package dev.gatekeeper.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gatekeeper.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The real programs, with stores made for the test. */
@Timeout(180)
final class RealToolsTest {
  private static final String VALUE = "made-up-value-in-a-store";

  @TempDir Path folder;
  private Asked asked;

  @BeforeEach
  void layOut() throws IOException {
    asked = new Asked(folder);
  }

  /** Runs a program to its end, with the test's variables; what it prints. */
  private String run(String input, String... line) throws Exception {
    List<String> words = new ArrayList<>(List.of(line));
    words.set(0, Tools.require(line[0]).toString());
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(asked.environment);
    builder.environment().put("PATH", "/usr/bin:/bin");
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void pass() throws Exception {
    Tools.require("pass");
    Path gnupg = Files.createDirectory(asked.folder.resolve("gnupg"));
    Files.setPosixFilePermissions(gnupg, PosixFilePermissions.fromString("rwx------"));
    asked.environment.put("GNUPGHOME", gnupg.toString());
    try {
      run("", "gpg", "--batch", "--passphrase", "", "--quick-gen-key", "made-up@example.com");
      run("", "pass", "init", "made-up@example.com");
      run(VALUE + "\nuser: made-up\n", "pass", "insert", "-m", "work/github token");
      run("made-up-value-at-the-top\n", "pass", "insert", "-m", "top");

      assertThat(asked.of("pass:work/github token")).isEqualTo(VALUE);
      assertThat(asked.of("pass:top")).isEqualTo("made-up-value-at-the-top");
      // pass itself prints a tree here, and exits with 0.
      assertThat(asked.of("pass:work")).contains("is not in the password store: there is no file");
      assertThat(asked.of("pass:none")).contains("is not in the password store");

      // A PATH that the agent wrote chooses nothing.
      Path bin = Files.createDirectory(asked.folder.resolve("bin"));
      Files.copy(asked.script("pass", "echo fake"), bin.resolve("pass"));
      Files.copy(asked.script("gpg", "echo fake"), bin.resolve("gpg"));
      asked.environment.put("PATH", bin + ":/usr/bin:/bin");
      assertThat(asked.of("pass:top")).isEqualTo("made-up-value-at-the-top");

      // A key that is not here is as one that is locked: at once, not after a question.
      run("", "gpgconf", "--kill", "gpg-agent");
      try (var keys = Files.list(gnupg.resolve("private-keys-v1.d"))) {
        for (Path key : keys.toList()) {
          Files.delete(key);
        }
      }
      assertThat(asked.of("pass:top")).contains("cannot be decrypted: its key is locked");
    } finally {
      run("", "gpgconf", "--kill", "all");
    }
  }

  @Test
  void libsecret() throws Exception {
    Tools.require("secret-tool");
    Path data = Files.createDirectory(asked.folder.resolve("data"));
    String keyring = Tools.require("gnome-keyring-daemon").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            Tools.require("dbus-run-session").toString(),
            "--",
            "/bin/sh",
            "-c",
            "printf made-up-password | "
                + keyring
                + " --unlock --components=secrets >/dev/null && echo $DBUS_SESSION_BUS_ADDRESS"
                + " && read end");
    builder.environment().clear();
    builder.environment().put("HOME", asked.folder.toString());
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("XDG_DATA_HOME", data.toString());
    builder.environment().put("XDG_RUNTIME_DIR", data.toString());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process session = builder.start();
    try (BufferedReader out =
            new BufferedReader(new InputStreamReader(session.getInputStream(), UTF_8));
        OutputStream in = session.getOutputStream()) {
      String address = Optional.ofNullable(out.readLine()).orElse("");
      assertThat(address).startsWith("unix:");
      asked.environment.put("DBUS_SESSION_BUS_ADDRESS", address);
      run(VALUE, "secret-tool", "store", "--label=made up", "service", "github", "user", "al");

      assertThat(asked.of("libsecret:service=github,user=al")).isEqualTo(VALUE);
      assertThat(asked.of("libsecret:service=github,user=bo"))
          .startsWith("libsecret:service=github,user=bo is not in the keyring");
      in.write('\n');
    } finally {
      session.descendants().forEach(ProcessHandle::destroy);
      session.destroy();
      assertThat(session.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(asked.of("libsecret:service=github,user=al"))
        .contains("there is no keyring on this session's bus");
  }

  @Test
  void age() throws Exception {
    Tools.require("age");
    String reference = "age:secrets/token.age";
    Path file = Files.createDirectory(asked.project.resolve("secrets")).resolve("token.age");
    Files.createFile(file);
    Path key = asked.home.resolve("age-identity");
    assertThat(asked.of(reference)).contains("needs a key in " + key, "age-keygen -o");

    run("", "age-keygen", "-o", key.toString());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(asked.of(reference)).contains("needs a key: " + key + " is readable");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    String recipient = run("", "age-keygen", "-y", key.toString()).strip();
    run(VALUE + "\n", "age", "-r", recipient, "-o", file.toString());
    assertThat(asked.of(reference)).isEqualTo(VALUE);

    Path other = asked.folder.resolve("other");
    run("", "age-keygen", "-o", other.toString());
    String stranger = run("", "age-keygen", "-y", other.toString()).strip();
    run(VALUE, "age", "-r", stranger, "-o", file.toString());
    assertThat(asked.of(reference)).contains("is encrypted for somebody else");

    Files.delete(file);
    Files.createSymbolicLink(file, key);
    assertThat(asked.of(reference)).contains("leads through a symbolic link");
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(asked.of(reference)).contains("is not there");
  }

  /** A database that a key file opens, as a row of a person's own. */
  @Test
  void keepassxc() throws Exception {
    String cli = Tools.require("keepassxc-cli").toString();
    String key = asked.folder.resolve("made-up.key").toString();
    String database = asked.folder.resolve("made-up.kdbx").toString();
    run("", "keepassxc-cli", "db-create", "-q", "-t", "100", "--set-key-file", key, database);
    run(
        VALUE + "\n" + VALUE + "\n",
        "keepassxc-cli",
        "add",
        "-q",
        "--no-password",
        "-k",
        key,
        "-p",
        database,
        "GitHub");
    asked.row(
        "keepass",
        "{'command': ['%s', 'show', '-q', '-s', '--no-password', '-k', '%s', '-a', 'Password', '%s', '{name}'],"
                .formatted(cli, key, database)
            + " 'exits': {'1': 'there is no such entry'}}");

    assertThat(asked.of("exec:keepass/GitHub")).isEqualTo(VALUE);
    assertThat(asked.of("exec:keepass/None"))
        .startsWith("exec:keepass/None was not given: there is no such entry");
  }

  @Test
  void aws() throws Exception {
    asked.program("aws", awsOfThisMachine());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          boolean known = body.contains("\"prod/app\"");
          boolean binary = body.contains("\"prod/binary\"");
          byte[] answer =
              (known
                      ? "{\"Name\":\"prod/app\",\"SecretString\":\"{\\\"token\\\":\\\""
                          + VALUE
                          + "\\\"}\"}"
                      : binary
                          ? "{\"Name\":\"prod/binary\",\"SecretBinary\":\"bWFkZS11cA==\"}"
                          : "{\"__type\":\"ResourceNotFoundException\",\"message\":\"no\"}")
                  .getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
          exchange.sendResponseHeaders(known || binary ? 200 : 400, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      asked.environment.put("AWS_ACCESS_KEY_ID", "made-up");
      asked.environment.put("AWS_SECRET_ACCESS_KEY", "made-up");
      asked.environment.put("AWS_REGION", "eu-west-1");
      asked.environment.put("AWS_DEFAULT_REGION", "eu-west-1");
      asked.environment.put(
          "AWS_ENDPOINT_URL", "http://127.0.0.1:" + server.getAddress().getPort());

      assertThat(asked.of("aws-sm:prod/app#token")).isEqualTo(VALUE);
      assertThat(asked.of("aws-sm:prod/app")).isEqualTo("{\"token\":\"" + VALUE + "\"}");
      assertThat(asked.of("aws-sm:prod/app#other")).contains("has no such member");
      assertThat(asked.of("aws-sm:prod/binary")).isEqualTo("made-up");
      assertThat(asked.of("aws-sm:prod/none")).contains("is not there");
    } finally {
      server.stop(0);
    }
  }

  /**
   * Where it is missing the contract is held by {@code TableTest}: that of Debian 12 (2.9) is too
   * old to be sent to a server of the test by {@code AWS_ENDPOINT_URL}. Not the shim of a version
   * manager: that one needs the version manager's own variables.
   */
  private Path awsOfThisMachine() throws Exception {
    Path aws =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .map(place -> Path.of(place, "aws"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new TestAbortedException("this test needs the program 'aws'"))
            .toRealPath();
    if (!aws.resolveSibling(".").normalize().endsWith("shims")) {
      return aws;
    }
    Process which = new ProcessBuilder("pyenv", "which", "aws").start();
    return Path.of(new String(which.getInputStream().readAllBytes(), UTF_8).strip());
  }
}
