package dev.gatekeeper.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A session bus of its own with an unlocked GNOME keyring that nobody else uses. */
public final class KeyringFixture implements AutoCloseable {
  private static final String SESSION =
      "printf made-up | gnome-keyring-daemon --unlock --components=secrets >/dev/null;"
          + " echo \"$DBUS_SESSION_BUS_ADDRESS\"; cat >/dev/null";

  private static final String LOCK =
      "dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets"
          + " org.freedesktop.Secret.Service.Lock"
          + " array:objpath:/org/freedesktop/secrets/collection/login";

  private final Process session;
  private final Map<String, String> environment = new TreeMap<>();

  /** In an empty folder. */
  public KeyringFixture(Path folder) throws IOException {
    Tools.require("gnome-keyring-daemon");
    Tools.require("secret-tool");
    Path home = Files.createDirectories(folder.resolve("keyring-home"));
    Path runtime = Files.createDirectories(folder.resolve("keyring-run"));
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder builder =
        new ProcessBuilder(Tools.require("dbus-run-session").toString(), "--", "sh", "-c", SESSION);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    session = builder.start();
    // Not closed: it stays for as long as the session does.
    String bus =
        new BufferedReader(new InputStreamReader(session.getInputStream(), UTF_8)).readLine();
    environment.put("DBUS_SESSION_BUS_ADDRESS", String.valueOf(bus));
    environment.put("HOME", home.toString());
  }

  /** What a process needs to reach it. */
  public Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /** Locks it, as a screen saver may. */
  public void lock() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("sh", "-c", LOCK))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    if (builder.start().waitFor() != 0) {
      throw new IOException("the keyring cannot be locked");
    }
  }

  @Override
  public void close() throws IOException {
    session.getOutputStream().close();
    try {
      if (!session.waitFor(5, TimeUnit.SECONDS)) {
        session.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
