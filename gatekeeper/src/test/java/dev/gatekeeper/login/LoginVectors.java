package dev.gatekeeper.login;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.login.web.LoginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the test vectors of the audit log that hold records of a login. A program, not a test: run
 * it, add the verdicts to the index, and commit both.
 */
public final class LoginVectors {
  private static final String ISSUER = "https://login.example";

  private final Path folder;
  private final Path base;

  private interface Edit {
    void apply(List<String> lines);
  }

  private LoginVectors(Path folder, Path base) {
    this.folder = folder;
    this.base = base;
  }

  /** Argument: the directory of the vectors. */
  public static void main(String[] args) throws Exception {
    Path base = Files.createTempDirectory("vectors").resolve("base");
    try (AuditLog log = AuditLog.open(base, SampleLog.options())) {
      LoginLog records = new LoginLog(log, "tracker", "secret:login/tracker");
      records.login(ISSUER, List.of("read", "write"));
      records.refreshed(ISSUER, 3);
      records.notRefreshed(ISSUER, LoginException.refused("made-up", "invalid_grant"));
      records.fault("login-put-back", "content 3 of a login stood in the place of 4");
      records.logout(ISSUER, "failed");
    }
    LoginVectors vectors = new LoginVectors(Path.of(args[0]), base);
    vectors.add("login-sound", lines -> {}, false);
    vectors.add("login-sound-with-state", lines -> {}, true);
    vectors.add("login-issuer-changed", lines -> change(lines, 1, ISSUER, ISSUER + ".evil"), false);
    vectors.add("login-scopes-changed", lines -> change(lines, 1, "read write", "read"), false);
    vectors.add("login-refresh-removed", lines -> lines.remove(2), false);
    vectors.add("login-refresh-repeated", lines -> lines.add(3, lines.get(2)), false);
    vectors.add("login-logout-changed", lines -> change(lines, 5, "failed", "revoked"), false);
    vectors.add(
        "login-token-recorded",
        lines -> change(lines, 1, "\"source\"", "\"token\":\"made-up\",\"source\""),
        false);
    System.exit(0);
  }

  private static void change(List<String> lines, int at, String from, String to) {
    if (!lines.get(at).contains(from)) {
      throw new AssertionError(from + " is not in line " + at);
    }
    lines.set(at, lines.get(at).replace(from, to));
  }

  private void add(String name, Edit edit, boolean state) throws IOException {
    Path log = folder.resolve(name);
    for (String file : List.of(SampleLog.SEGMENT, "checkpoints/latest", "checkpoints/epochs")) {
      copy(log, file);
    }
    if (state) {
      copy(log, "state");
    }
    List<String> lines = SampleLog.lines(log);
    edit.apply(lines);
    SampleLog.write(log, lines);
  }

  private void copy(Path log, String file) throws IOException {
    if (Files.exists(base.resolve(file))) {
      Files.createDirectories(log.resolve(file).getParent());
      Files.write(log.resolve(file), Files.readAllBytes(base.resolve(file)));
    }
  }
}
