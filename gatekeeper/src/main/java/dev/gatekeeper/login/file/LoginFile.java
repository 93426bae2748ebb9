package dev.gatekeeper.login.file;

import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.vault.key.Aead;
import java.util.Arrays;
import java.util.Optional;

/** A login as it lies on disk: some words in the open, the rest sealed, each bound to the other. */
public final class LoginFile {
  private final LoginHeader header;
  private final byte[] sealed;

  LoginFile(LoginHeader header, byte[] sealed) {
    this.header = header;
    this.sealed = sealed;
  }

  public static LoginFile seal(LoginKey key, LoginHeader header, Kept kept) {
    byte[] json = kept.json();
    try {
      return new LoginFile(header, Aead.seal(derived(key, header), LoginText.header(header), json));
    } finally {
      Arrays.fill(json, (byte) 0);
    }
  }

  /** What it holds; empty where it was sealed under another key, or one bit is another. */
  public Optional<Kept> open(LoginKey key) throws LoginException {
    Optional<byte[]> json = Aead.open(derived(key, header), LoginText.header(header), sealed);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Kept.parse(json.get()));
    } finally {
      Arrays.fill(json.get(), (byte) 0);
    }
  }

  private static byte[] derived(LoginKey key, LoginHeader header) {
    return key.derive(header.login(), header.resource(), header.issuer());
  }

  public LoginHeader header() {
    return header;
  }

  byte[] sealed() {
    return sealed;
  }
}
