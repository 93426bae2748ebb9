package dev.gatekeeper.trust.follow;

import java.util.regex.Pattern;

/**
 * A branch of a remote repository.
 *
 * @param url {@code https://}, {@code ssh://} or {@code user@host:path}; {@code file://} for a
 *     folder of this machine, which whoever can write there decides
 * @param branch its short name
 */
public record Upstream(String url, String branch) {
  private static final Pattern URL =
      Pattern.compile(
          "https://[^@\\s]+|ssh://([^@:/\\s]+@)?[^@\\s-][^@\\s]*|file:///\\S*"
              + "|([A-Za-z0-9_.][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!//)[^:\\s-]\\S*");

  /** The safe part of git-check-ref-format(1). */
  private static final Pattern BRANCH =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_+-]*([./][A-Za-z0-9_][A-Za-z0-9_+-]*)*");

  private static final int MOST = 1_000;

  /**
   * The branch that a person named.
   *
   * @throws FollowException for a transport that proves nothing, a password in the URL, or an odd
   *     name
   */
  public static Upstream of(String url, String branch) throws FollowException {
    if (url.length() > MOST || !URL.matcher(url).matches() || isPlain(url)) {
      throw new FollowException(
          "a remote is https:// without a user, ssh://, user@host:path or file:///");
    }
    if (branch.length() > MOST || !BRANCH.matcher(branch).matches() || branch.endsWith(".lock")) {
      throw new FollowException("the name of the branch is odd");
    }
    return new Upstream(url, branch);
  }

  /** Transports that anybody on the way can answer, and helpers that are programs. */
  private static boolean isPlain(String url) {
    return url.startsWith("http:")
        || url.startsWith("git:")
        || url.startsWith("ftp")
        || url.contains("::");
  }

  /** Whether it lies in a folder of this machine. */
  public boolean isLocal() {
    return url.startsWith("file:");
  }

  String ref() {
    return "refs/heads/" + branch;
  }
}
