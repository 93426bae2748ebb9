package dev.gatekeeper.trust;

/**
 * Something that the agent would like to have; only a person can grant it.
 *
 * @param kind {@code server}, {@code tool} or {@code secret}
 * @param name its name, cut at {@link #MAX_NAME} characters
 * @param reason why, cut at {@link #MAX_REASON} characters
 */
public record AccessRequest(String kind, String name, String reason) {
  static final int MAX_NAME = 200;
  static final int MAX_REASON = 1_000;

  public AccessRequest {
    name = cut(name, MAX_NAME);
    reason = cut(reason, MAX_REASON);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
