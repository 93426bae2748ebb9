package dev.gatekeeper.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.login.discovery.Resource;
import dev.gatekeeper.login.file.Kept;
import dev.gatekeeper.login.file.LoginFile;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.LoginKey;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.web.LoginException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** A person who has logged in: a file, and the key that the vault would have. */
final class MadeUpLogin {
  static final String NAME = "tracker";

  final Logins logins;
  private final MadeUpAuthorization made;

  /** The key as it lies in the vault; empty once it is removed. */
  volatile Optional<byte[]> key = Optional.empty();

  /** Grants that were given, and those that were ended. */
  final AtomicInteger given = new AtomicInteger();

  final AtomicInteger ended = new AtomicInteger();

  MadeUpLogin(MadeUpAuthorization made, Home home) {
    this.made = made;
    this.logins = Logins.in(home);
  }

  Terms terms(String... scopes) throws LoginException {
    return terms(made.mcp(), new TreeSet<>(java.util.List.of(scopes)));
  }

  static Terms terms(String address, SortedSet<String> scopes) throws LoginException {
    OAuth oauth =
        new OAuth(
            NAME,
            OAuth.Grant.AUTHORIZATION_CODE,
            scopes,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new Terms("tracker", Resource.of(address), oauth);
  }

  /** A login with the newest tokens of the server, under a key of its own. */
  void logIn(int number, Duration lifetime, Instant now) throws Exception {
    try (LoginKey fresh = LoginKey.generate();
        LockFile _ = logins.lock(NAME)) {
      fresh.value().revealTo(bytes -> key = Optional.of(bytes.clone()));
      logins.write(LoginFile.seal(fresh, header(1, now.plus(lifetime)), kept(number, lifetime)));
    }
  }

  LoginHeader header(long sequence, Instant end) {
    return new LoginHeader(
        NAME,
        made.mcp(),
        made.origin(),
        sequence,
        Optional.of(Instant.ofEpochSecond(end.getEpochSecond())),
        Optional.empty(),
        new TreeSet<>(java.util.List.of("read")));
  }

  Kept kept(int number, Duration lifetime) {
    return new Kept(
        "made-up-access-" + number,
        Optional.of("made-up-refresh-" + number),
        Optional.of(lifetime),
        URI.create(made.origin() + "/token"),
        Optional.of(URI.create(made.origin() + "/revoke")),
        Client.open("made-up-client"));
  }

  /** What is read with the present key. */
  Kept read() throws Exception {
    try (LoginKey now = LoginKey.taking(key.orElseThrow().clone()).orElseThrow()) {
      return logins.read(NAME).orElseThrow().open(now).orElseThrow();
    }
  }

  Keys keys() {
    return () -> {
      byte[] now =
          key.orElseThrow(
              () -> LoginException.needsLogin("nobody has logged in", "gatekeeper login tracker"));
      given.incrementAndGet();
      return new Keys.Held() {
        @Override
        public Optional<byte[]> value(String variable) {
          return variable.equals(Keys.KEY)
              ? Optional.of(now.clone())
              : Optional.of("made-up-client-secret".getBytes(UTF_8));
        }

        @Override
        public void whenRevoked(Runnable end) {}

        @Override
        public void close() {
          ended.incrementAndGet();
        }
      };
    };
  }
}
