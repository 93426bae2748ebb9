package dev.gatekeeper.login;

import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.login.web.LoginException;
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
