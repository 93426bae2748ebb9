package dev.gatekeeper.allowlist;

/**
 * The name of a secret in one source, e.g. {@code secret:github/token}. It holds no value and may
 * be shown.
 *
 * @param scheme {@code secret} for the person's vault, {@code team} for the repository's; the
 *     others are those of {@link dev.gatekeeper.allowlist.reference.Scheme}
 * @param name the secret's name there
 */
public record Reference(String scheme, String name)
    implements Template.Part, Comparable<Reference> {
  @Override
  public String toString() {
    return scheme + ":" + name;
  }

  @Override
  public int compareTo(Reference other) {
    int byScheme = scheme.compareTo(other.scheme);
    return byScheme != 0 ? byScheme : name.compareTo(other.name);
  }
}
