package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.trust.auditor.Auditor;
import dev.gatekeeper.trust.follow.FollowRule;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What people trusted, as signed text. The last member is an Ed25519 signature over all bytes
 * before it, made by a key that only the vault's passphrase opens, and checked by its public half
 * in the vault's header. The text is checked as written: nothing is parsed before it is believed.
 *
 * <p>It holds digests; {@link TrustedContents} holds what they are of.
 *
 * @param sequence counts the writes; the vault keeps the highest, so that an old copy is refused
 * @param auditors to whom the log seals its MAC keys besides the vault
 */
record TrustStore(String vault, long sequence, List<Entry> entries, List<Auditor> auditors) {
  /** 16 MiB: a store of version 1 held a thousand lists of the usual length. */
  static final int MAX_BYTES = 16 << 20;

  private static final int MAX_ENTRIES = 512; // work trees of one person; the oldest give way

  /** Of the whole family of versions: the version is in the text that is signed. */
  private static final byte[] DOMAIN = "gatekeeper-trust/1\n".getBytes(UTF_8);

  private static final String BEFORE_SIGNATURE = ",\"signature\":\"";
  private static final int SIGNATURE_CHARS = 86; // 64 bytes as base64url
  private static final int SUFFIX = BEFORE_SIGNATURE.length() + SIGNATURE_CHARS + 3; // "}LF

  /**
   * The pair that one place was trusted with last.
   *
   * @param place canonical directory
   * @param git by what other clones and work trees of it are known
   * @param inline the text of the list, where a store of version 1 held it
   * @param time ISO 8601 in UTC
   * @param review whose signatures count
   * @param follow the branch that counts
   * @param dialog whether the dialog of the agent's client approves calls under {@code ask}
   */
  record Entry(
      String place,
      Optional<GitIdentity> git,
      PairDigest digest,
      Optional<String> inline,
      String time,
      Optional<ReviewRule> review,
      Optional<FollowRule> follow,
      boolean dialog) {}

  TrustStore {
    entries = List.copyOf(entries);
    auditors = List.copyOf(auditors);
  }

  /** Where nobody has trusted anything. */
  static final TrustStore NONE = new TrustStore("", 0, List.of(), List.of());

  static TrustStore empty(Header header) {
    return new TrustStore(header.id(), header.trustSequence(), List.of(), List.of());
  }

  Optional<Entry> at(String place) {
    return entries.stream().filter(entry -> entry.place().equals(place)).findFirst();
  }

  /** Said for this very place: what other clones are asked does not count here. */
  boolean dialogAt(Path place) {
    return at(place.toString()).map(Entry::dialog).orElse(false);
  }

  /**
   * The entries that speak for a project. A place answers for itself; one that nobody has seen yet,
   * a new clone or work tree, has what other places of the same repository are trusted with now. So
   * an earlier list never comes back.
   *
   * @return the last one is what the project was trusted with last
   */
  List<Entry> known(Project project) {
    Optional<Entry> here = at(project.directory().toString());
    if (here.isPresent()) {
      return List.of(here.get());
    }
    boolean repositories = false; // git is only asked where its answer can matter
    for (Entry entry : entries) {
      repositories |= entry.git().isPresent();
    }
    if (!repositories || project.repository().isEmpty()) {
      return List.of();
    }
    Optional<GitIdentity> identity = GitIdentity.of(project.repository().get());
    return identity.isEmpty()
        ? List.of()
        : entries.stream().filter(entry -> entry.git().equals(identity)).toList();
  }

  /** What a project was trusted with last. */
  Optional<Entry> last(Project project) {
    List<Entry> known = known(project);
    return known.isEmpty() ? Optional.empty() : Optional.of(known.getLast());
  }

  /** The next store, in which {@code entry} is the only one of its place, and the last. */
  TrustStore with(Entry entry) {
    List<Entry> changed = new ArrayList<>(entries);
    changed.removeIf(known -> known.place().equals(entry.place()));
    changed.add(entry);
    int from = Math.max(0, changed.size() - MAX_ENTRIES);
    return new TrustStore(vault, sequence + 1, changed.subList(from, changed.size()), auditors);
  }

  /** The next store, with these auditors alone. */
  TrustStore auditedBy(List<Auditor> others) {
    return new TrustStore(vault, sequence + 1, entries, others);
  }

  byte[] sign(OpenVault key) throws VaultException {
    byte[] body = TrustText.print(this);
    byte[] prefix = Arrays.copyOf(body, body.length - 1); // without the closing brace
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(prefix);
    text.writeBytes(BEFORE_SIGNATURE.getBytes(UTF_8));
    text.writeBytes(Base64Url.of(key.signTrust(signed(prefix))).getBytes(UTF_8));
    text.writeBytes("\"}\n".getBytes(UTF_8));
    return text.toByteArray();
  }

  /**
   * Believes a text.
   *
   * @throws TrustException unless the vault's trust key signed exactly these bytes, for this vault,
   *     and no later ones are known
   */
  static TrustStore verify(byte[] text, Header header) throws TrustException {
    int end = text.length - SUFFIX;
    if (end < 0) {
      throw new TrustException("the trust store is cut off");
    }
    byte[] prefix = Arrays.copyOf(text, end);
    String suffix = new String(text, end, SUFFIX, UTF_8);
    if (!suffix.startsWith(BEFORE_SIGNATURE) || !suffix.endsWith("\"}\n")) {
      throw new TrustException("the trust store bears no signature");
    }
    byte[] signature = signature(suffix.substring(BEFORE_SIGNATURE.length(), SUFFIX - 3));
    if (!header.verifiesTrust(signed(prefix), signature)) {
      throw new TrustException("the trust store was altered, or belongs to another vault");
    }
    TrustStore store = TrustText.parse(text);
    if (!store.vault.equals(header.id())) {
      throw new TrustException("the trust store belongs to another vault");
    }
    if (store.sequence < header.trustSequence()) {
      throw new TrustException("the trust store is an old copy");
    }
    return store;
  }

  private static byte[] signature(String text) throws TrustException {
    try {
      return Base64Url.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TrustException("the trust store bears no signature");
    }
  }

  private static byte[] signed(byte[] prefix) {
    byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + prefix.length);
    System.arraycopy(prefix, 0, message, DOMAIN.length, prefix.length);
    return message;
  }
}
