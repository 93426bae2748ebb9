package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.HttpFault;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A branch of a remote repository.
 *
 * @param url {@code https://}, {@code ssh://} or {@code user@host:path}; {@code file://} for a
 *     folder of this machine, which whoever can write there decides
 * @param branch its short name
 * @param knownBy what alone proves that it is the remote, where a person named it: for https
 *     certificates of authorities (PEM, RFC 7468), for ssh lines as in {@code known_hosts} of
 *     sshd(8)
 * @param credential of a private remote behind https; by name
 */
public record Upstream(
    String url, String branch, Optional<String> knownBy, Optional<Credential> credential) {
  /** Bytes of what a remote is known by: thirty certificates. */
  public static final int MAX_KNOWN_BY = 64 << 10;

  /** Before the host of a remote that a token is granted to; no server's name holds a colon. */
  public static final String GRANTEE = "follow:";

  private static final String PEM = "-----BEGIN CERTIFICATE-----";

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
    return new Upstream(url, branch, Optional.empty(), Optional.empty());
  }

  /**
   * The same branch of a remote that nothing but {@code text} proves.
   *
   * @throws FollowException for what cannot prove it: of another kind than its transport needs
   */
  public Upstream knownBy(byte[] text) throws FollowException {
    if (isLocal()) {
      throw new FollowException("a folder of this machine is known by its place");
    }
    String lines;
    try {
      lines = US_ASCII.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new FollowException("what the remote is known by is not ASCII");
    }
    boolean tls = url.startsWith("https:");
    if (lines.isBlank() || text.length > MAX_KNOWN_BY || lines.contains(PEM) != tls) {
      throw new FollowException(
          tls
              ? "an https remote is known by certificates of authorities (PEM)"
              : "an ssh remote is known by lines as in known_hosts");
    }
    return new Upstream(url, branch, Optional.of(lines), credential);
  }

  /**
   * The same branch of a remote that lets in whoever has a token.
   *
   * @throws FollowException where it is not behind https, or its URL has a query or is none
   */
  public Upstream with(Credential token) throws FollowException {
    if (!url.startsWith("https:") || url.contains("?") || url.contains("#")) {
      throw new FollowException("a token is for an https:// remote; ssh has keys");
    }
    try {
      Address _ = Address.parse(url); // before a token is granted for it
    } catch (HttpFault e) {
      throw new FollowException("a token is for an https:// remote: " + e.getMessage());
    }
    return new Upstream(url, branch, knownBy, Optional.of(token));
  }

  /** To whom the token is granted: {@code follow:} with host and port. */
  public String grantee() {
    return GRANTEE + URI.create(url).getRawAuthority();
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

  /**
   * The branch's commit in lines of a hash, a blank or tab, and a name.
   *
   * @throws FollowException where it is in none of them
   */
  String tipIn(String lines) throws FollowException {
    for (String line : lines.lines().toList()) {
      String[] words = line.split("[\t ]", -1);
      if (words.length >= 2
          && words[1].equals(ref())
          && words[0].matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
        return words[0];
      }
    }
    throw new FollowException("the remote has no branch " + branch);
  }

  String ref() {
    return "refs/heads/" + branch;
  }
}
