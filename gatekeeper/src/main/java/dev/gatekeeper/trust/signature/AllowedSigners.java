package dev.gatekeeper.trust.signature;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may sign, in the form of {@code ssh-keygen}'s {@code allowed_signers} file.
 *
 * <p>Stricter than {@code ssh-keygen} where a line leaves open who a signer is or when: a line
 * names one principal, without patterns; times end with {@code Z}, since the time zone is whatever
 * the environment says; certificates do not count. A line that is not understood is an error, since
 * it may be a restriction.
 */
public final class AllowedSigners {
  /** 256 KiB: a thousand keys. */
  public static final int MAX_BYTES = 256 << 10;

  private final List<AllowedSigner> signers;

  private AllowedSigners(List<AllowedSigner> signers) {
    this.signers = List.copyOf(signers);
  }

  /** Reads a file; the message of the exception names the line. */
  public static AllowedSigners parse(byte[] file) throws SignatureException {
    if (file.length > MAX_BYTES) {
      throw new SignatureException("has more than " + MAX_BYTES + " bytes");
    }
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
    } catch (CharacterCodingException e) {
      throw new SignatureException("is not UTF-8");
    }
    List<AllowedSigner> signers = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      String plain = line.strip();
      if (!plain.isEmpty() && !plain.startsWith("#")) {
        AllowedSigner next = signer(plain, number);
        for (AllowedSigner known : signers) {
          if (known.key().equals(next.key()) && !known.principal().equals(next.principal())) {
            throw new SignatureException("line " + number + " gives a key a second principal");
          }
        }
        signers.add(next);
      }
    }
    return new AllowedSigners(signers);
  }

  /** Every signer, in the order of the lines. */
  public List<AllowedSigner> all() {
    return signers;
  }

  /** Those who may sign for {@code namespace} at all, now or at another time. */
  public Set<String> principals(String namespace) {
    Set<String> principals = new LinkedHashSet<>();
    for (AllowedSigner signer : signers) {
      if (signer.mayUse(namespace)) {
        principals.add(signer.principal());
      }
    }
    return principals;
  }

  /** Whom this key speaks for in {@code namespace} at a time: one principal, or nobody. */
  Optional<String> principal(SshKey key, String namespace, Instant now) {
    for (AllowedSigner signer : signers) {
      if (signer.key().equals(key) && signer.mayUse(namespace) && signer.isValid(now)) {
        return Optional.of(signer.principal());
      }
    }
    return Optional.empty();
  }

  private static AllowedSigner signer(String line, int number) throws SignatureException {
    try {
      List<String> words = words(line);
      String principal = principal(words.getFirst());
      boolean options = words.size() > 2 && !isKeyType(words.get(1));
      SignerOptions restrictions = options ? SignerOptions.parse(words.get(1)) : SignerOptions.NONE;
      int at = options ? 2 : 1;
      if (words.size() < at + 2) {
        throw new SignatureException("is no line of principal, options, key type and key");
      }
      SshKey key = SshKey.parse(Base64.getDecoder().decode(words.get(at + 1)));
      if (!key.type().equals(words.get(at))) {
        throw new SignatureException("names another type than the key has");
      }
      return new AllowedSigner(principal, key, restrictions);
    } catch (IllegalArgumentException e) {
      throw new SignatureException("line " + number + " holds no key in base64");
    } catch (SignatureException e) {
      throw new SignatureException("line " + number + " " + e.getMessage());
    }
  }

  private static boolean isKeyType(String word) {
    return word.startsWith("ssh-") || word.startsWith("ecdsa-") || word.startsWith("sk-");
  }

  private static String principal(String word) throws SignatureException {
    if (word.indexOf('*') >= 0 || word.indexOf('?') >= 0 || word.startsWith("!")) {
      throw new SignatureException("has a pattern: it does not say who the signer is");
    }
    if (word.indexOf(',') >= 0) {
      throw new SignatureException("names several principals: a key is one person's");
    }
    if (word.isEmpty() || word.indexOf('"') >= 0) {
      throw new SignatureException("has no plain principal");
    }
    return word;
  }

  /** Divided at blanks outside of double quotes; the quotes stay. */
  private static List<String> words(String line) throws SignatureException {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      quoted ^= c == '"';
      if (!quoted && (c == ' ' || c == '\t')) {
        if (!word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    if (quoted) {
      throw new SignatureException("has a quote that nothing ends");
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
