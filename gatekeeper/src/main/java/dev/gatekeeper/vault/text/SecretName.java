package dev.gatekeeper.vault.text;

import java.util.regex.Pattern;

/** The names that a secret may bear: those that a reference of an allow-list can hold. */
public final class SecretName {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,7}");

  private SecretName() {}

  /**
   * Whether {@code name} is letters, digits, {@code . _ -}, in up to 8 parts divided by a slash.
   */
  public static boolean isValid(String name) {
    return NAME.matcher(name).matches();
  }

  /** Fails unless {@link #isValid}. */
  public static void check(String name) throws VaultException {
    if (!isValid(name)) {
      throw new VaultException(
          "that is no name for a secret",
          "names are letters, digits, '.', '_' and '-', in parts divided by '/'");
    }
  }
}
