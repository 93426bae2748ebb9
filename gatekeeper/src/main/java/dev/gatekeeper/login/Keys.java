package dev.gatekeeper.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.login.web.LoginException;
import java.util.Arrays;
import java.util.Optional;

/** What a login needs of a person's secrets, asked for when it is needed. */
public interface Keys {
  /**
   * Takes them, with a grant in the log for as long as they are held.
   *
   * @throws LoginException where there is no key, or nothing that opens the vault
   */
  Held take() throws LoginException;

  /** The session is over: what it was given and did not take is wiped. */
  default void forget() {}

  /** The secrets of one login. */
  interface Held extends AutoCloseable {
    /** The value of a variable, to be wiped; empty where the entry names none. */
    Optional<byte[]> value(String variable);

    /** The secret of the entry's client; empty where it names none. */
    default Optional<String> clientSecret() {
      Optional<byte[]> value = value(CLIENT_SECRET);
      try {
        return value.map(bytes -> new String(bytes, UTF_8));
      } finally {
        value.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
      }
    }

    /** Run when the vault is closed: then they are no longer to be used. */
    void whenRevoked(Runnable end);

    /** Ends the grant. */
    @Override
    void close();
  }

  /** Under which the key of the login's file is granted. */
  String KEY = Broker.LOGIN;

  /** Under which a client's secret is granted. */
  String CLIENT_SECRET = Broker.CLIENT_SECRET;
}
