package dev.gatekeeper.login;

import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.login.file.Kept;
import dev.gatekeeper.login.file.LoginFile;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.LoginKey;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.web.LoginException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A login's file as one session knows it: opened by the key in the vault, and compared with what
 * this session saw of it before. To be used under the login's lock.
 */
final class LiveLogin {
  private final Terms terms;
  private final Logins logins;
  private final Keys keys;
  private final LoginLog log;
  private final Runnable revoked;

  private @Nullable Opened opened;
  private @Nullable State seen;
  private boolean unwritten;

  /** What is granted to the session, for as long as it uses the login. */
  private record Opened(Keys.Held held, LoginKey key) {
    void close() {
      key.close();
      held.close();
    }
  }

  /** One content of the file. Without its tokens in the text. */
  record State(LoginHeader header, Kept kept) {
    @Override
    public String toString() {
      return header.toString();
    }
  }

  LiveLogin(Terms terms, Logins logins, Keys keys, LoginLog log, Runnable revoked) {
    this.terms = terms;
    this.logins = logins;
    this.keys = keys;
    this.log = log;
    this.revoked = revoked;
  }

  /** The newest content that there is. */
  State load() throws LoginException, IOException {
    String login = terms.oauth().login();
    Optional<LoginFile> file = logins.read(login);
    Optional<LoginFile> next = logins.readNext(login);
    if (file.isEmpty() && next.isEmpty()) {
      forget();
      throw LoginException.needsLogin("nobody has logged in", terms.command());
    }
    State read = open(file, next);
    terms.check(read.header(), read.kept().client());
    State known = seen;
    if (known == null || known.header().sequence() <= read.header().sequence()) {
      seen = read;
      unwritten = false;
      return read;
    }
    // An older content of the same login: ours could not be written, or somebody put one back.
    if (!unwritten) {
      log.fault(
          "login-put-back",
          "content "
              + read.header().sequence()
              + " of a login stood in the place of "
              + known.header().sequence());
    }
    try {
      write(known);
    } catch (IOException e) {
      // There is still no room: what is in memory is the newest all the same.
    }
    return known;
  }

  private State open(Optional<LoginFile> file, Optional<LoginFile> next)
      throws LoginException, IOException {
    boolean fresh = opened == null;
    Opened now = fresh ? take() : opened();
    Optional<State> found = find(file, next, now);
    if (found.isEmpty() && !fresh) {
      forget(); // the login was made anew, under another key
      found = find(file, next, take());
    }
    return found.orElseThrow(
        () -> {
          forget();
          return LoginException.needsLogin(
              "its login does not open by the key in the vault", terms.command());
        });
  }

  private Optional<State> find(Optional<LoginFile> file, Optional<LoginFile> next, Opened by)
      throws LoginException, IOException {
    Optional<State> present = state(file, by);
    if (present.isPresent()) {
      return present;
    }
    Optional<State> following = state(next, by);
    if (following.isPresent()) {
      logins.takeNext(terms.oauth().login()); // its writer was killed after the vault had its key
    }
    return following;
  }

  private static Optional<State> state(Optional<LoginFile> file, Opened by) throws LoginException {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    return file.get().open(by.key).map(kept -> new State(file.get().header(), kept));
  }

  private Opened take() throws LoginException {
    Keys.Held held = keys.take();
    Optional<LoginKey> key = held.value(Keys.KEY).flatMap(LoginKey::taking);
    if (key.isEmpty()) {
      held.close();
      throw LoginException.needsLogin(
          terms.oauth().key() + " in the vault is no key of a login", terms.command());
    }
    Opened taken = new Opened(held, key.get());
    opened = taken;
    held.whenRevoked(revoked);
    return taken;
  }

  private Opened opened() {
    Opened now = opened;
    if (now == null) {
      throw new AssertionError("the login is not open");
    }
    return now;
  }

  /** The client's secret, where the entry names one. */
  Optional<String> clientSecret() {
    return opened().held.clientSecret();
  }

  /** Writes the next content. Where that fails the session has it still, and writes it later. */
  void write(State next) throws IOException {
    seen = next;
    unwritten = true;
    logins.write(LoginFile.seal(opened().key, next.header(), next.kept()));
    unwritten = false;
  }

  /** Whether the newest content is in memory alone. */
  boolean isUnwritten() {
    return unwritten;
  }

  LockFile lock() throws IOException {
    return logins.lock(terms.oauth().login());
  }

  /** Ends the grant; the tokens are forgotten. */
  void forget() {
    Opened now = opened;
    opened = null;
    seen = null;
    unwritten = false;
    keys.forget();
    if (now != null) {
      now.close();
    }
  }
}
