package dev.gatekeeper.allowlist.edit.client;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A secret that an imported entry refers to. Its value, where the client's file held it, is hidden.
 */
public final class NeededSecret {
  private final String name;
  private final String value;

  NeededSecret(String name, String value) {
    this.name = name;
    this.value = value;
  }

  /** The name in the vault. */
  public String name() {
    return name;
  }

  /** Whether the client's file held the value, so that it can be put into the vault from there. */
  public boolean isInline() {
    return !value.isEmpty();
  }

  /** The value in UTF-8; empty unless {@link #isInline}. */
  public byte[] unsafeValue() {
    return value.getBytes(UTF_8);
  }

  boolean isEqualTo(NeededSecret other) {
    return name.equals(other.name) && value.equals(other.value);
  }

  @Override
  public String toString() {
    return "secret:" + name;
  }
}
