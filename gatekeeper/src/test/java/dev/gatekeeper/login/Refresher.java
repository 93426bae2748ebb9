package dev.gatekeeper.login;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.redaction.Redactor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process that wants a token, prints it and ends; its key stands on standard input. */
public final class Refresher {
  private Refresher() {}

  static Process start(MadeUpLogin login, String address, Path home, Path output)
      throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Refresher.class.getName(),
                    address,
                    home.toString()))
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().write(login.key.orElseThrow());
    process.getOutputStream().close();
    return process;
  }

  public static void main(String[] args) throws Exception {
    byte[] key = System.in.readAllBytes();
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", args[1]));
    Terms terms = MadeUpLogin.terms(args[0], new java.util.TreeSet<>());
    Keys keys =
        () ->
            new Keys.Held() {
              @Override
              public Optional<byte[]> value(String variable) {
                return Optional.of(key.clone());
              }

              @Override
              public void whenRevoked(Runnable end) {}

              @Override
              public void close() {}
            };
    try (AuditLog log = AuditLog.open(home.resolve("audit"), AuditOptions.of(new AuditContext()))) {
      SessionLogin session =
          new SessionLogin(
              terms,
              Logins.in(home),
              keys,
              new PlainWeb(),
              new LoginLog(log, terms),
              new Redactor(),
              Clock.systemUTC());
      System.out.println(session.token());
    }
  }
}
