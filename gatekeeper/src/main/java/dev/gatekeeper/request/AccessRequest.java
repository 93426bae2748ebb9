package dev.gatekeeper.request;

import dev.gatekeeper.allowlist.Names;
import dev.gatekeeper.vault.text.SecretName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Something that the agent would like to have; only a person can grant it. All of it is foreign
 * text: the model wrote it, and whoever wrote what the model read.
 *
 * @param kind {@code server}, {@code tool} or {@code secret}
 * @param name its name, cut at {@link #MAX_NAME} characters
 * @param reason why, cut at {@link #MAX_REASON} characters
 * @param project canonical directory in which it was asked
 * @param time ISO 8601 in UTC, to the second
 */
public record AccessRequest(String kind, String name, String reason, String project, String time) {
  static final int MAX_NAME = 200;
  static final int MAX_REASON = 1_000;
  private static final int MAX_OTHER = 4_096; // a path
  private static final int ID_CHARACTERS = 8;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  public AccessRequest {
    kind = cut(kind, MAX_NAME);
    name = cut(name, MAX_NAME);
    reason = cut(reason, MAX_REASON);
    project = cut(project, MAX_OTHER);
    time = cut(time, MAX_NAME);
  }

  /** A wish that has no place and time yet. */
  public static AccessRequest of(String kind, String name, String reason) {
    return new AccessRequest(kind, name, reason, "", "");
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  AccessRequest in(String place, String now) {
    return new AccessRequest(kind, name, reason, place, now);
  }

  /** What a person types. Made from the content, so that an equal request is the same one. */
  public String id() {
    byte[] hash = sha256(kind + "\0" + name + "\0" + reason + "\0" + project);
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < ID_CHARACTERS; i++) {
      id.append(ALPHABET.charAt(hash[i] & 31));
    }
    return id.toString();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /**
   * Why it names nothing that could be granted: a glob, a command line, or what is no name at all.
   * A name is taken as it stands or not at all; it is never made to fit.
   */
  public Optional<String> fault() {
    return switch (kind) {
      case "server" ->
          Names.isServer(name) && !name.equals(Names.OWN)
              ? Optional.empty()
              : Optional.of("it asks for more than the name of a server");
      case "tool" ->
          name.contains("*")
              ? Optional.of("it is a glob and names no single tool")
              : toolOf().isPresent() && Names.isServer(serverOf())
                  ? Optional.empty()
                  : Optional.of("it is not of the form server__tool");
      case "secret" ->
          SecretName.isValid(name) ? Optional.empty() : Optional.of("it is no name of a secret");
      default -> Optional.of("it asks for no server, tool or secret");
    };
  }

  /** Of a tool: the server's name; empty where it names none. */
  public String serverOf() {
    int divider = name.indexOf("__");
    return divider < 0 ? "" : name.substring(0, divider);
  }

  /** Of a tool: the server's own name for it. */
  public Optional<String> toolOf() {
    int divider = name.indexOf("__");
    return divider < 0
        ? Optional.empty()
        : Optional.of(name.substring(divider + 2))
            .filter(tool -> tool.matches("[A-Za-z0-9_./-]{1,128}"));
  }
}
