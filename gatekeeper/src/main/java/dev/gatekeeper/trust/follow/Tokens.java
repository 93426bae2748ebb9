package dev.gatekeeper.trust.follow;

import dev.gatekeeper.vault.key.SecretValue;

/** Gives the tokens of private remotes, each for one asking. */
@FunctionalInterface
public interface Tokens {
  /** For who has none to give. */
  Tokens NONE =
      upstream -> {
        throw new FollowException("there is no token for " + upstream.grantee());
      };

  /**
   * The token of a remote that has a {@linkplain Upstream#credential() credential}: after the log
   * durably says that it is granted to {@link Upstream#grantee}.
   *
   * @throws FollowException where it cannot be had, with what a person types
   */
  Token take(Upstream upstream) throws FollowException;

  /**
   * What is granted until it is closed.
   *
   * @param value closed at once where the vault is
   * @param end says that it is no longer out
   */
  record Token(SecretValue value, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      value.close();
      end.run();
    }
  }
}
