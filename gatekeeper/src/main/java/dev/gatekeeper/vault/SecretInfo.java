package dev.gatekeeper.vault;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the vault says about a secret; never its value.
 *
 * @param name as references name it
 * @param version counts the values that it had, from 1
 * @param attributes text by {@link #OWNER}, {@link #CREATED} and so on
 */
public record SecretInfo(String name, long version, SortedMap<String, String> attributes) {
  /** Person who answers for the secret. */
  public static final String OWNER = "owner";

  /** Where the secret is valid, e.g. {@code github}. */
  public static final String PROVIDER = "provider";

  /** What kind of credential it is, for rules of rotation. */
  public static final String CLASS = "class";

  /** Words divided by spaces. */
  public static final String TAGS = "tags";

  /** Instant of the first value, ISO 8601 in UTC. */
  public static final String CREATED = "created";

  /** Instant of the present value, ISO 8601 in UTC. */
  public static final String ROTATED = "rotated";

  /** Date by which the present value must be replaced, ISO 8601. */
  public static final String DUE = "due";

  public SecretInfo {
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** One attribute. */
  public Optional<String> attribute(String key) {
    return Optional.ofNullable(attributes.get(key));
  }
}
