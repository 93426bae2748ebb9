package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.trust.auditor.AuditorText;
import dev.gatekeeper.trust.follow.Credential;
import dev.gatekeeper.trust.follow.FollowException;
import dev.gatekeeper.trust.follow.FollowRule;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.vault.text.Base64Url;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The members of a trust store as JSON. Version 3 is written where there are auditors, whom a
 * program that knows none of them would drop, else version 2, which is the same without; version 1,
 * which knew no locks and held the lists themselves, is read as trust of lists without a lock.
 */
final class TrustText {
  private static final int VERSION = 3;
  private static final int WITHOUT_AUDITORS = 2;

  private TrustText() {}

  static byte[] print(TrustStore store) {
    JsonWriter object = Json.object();
    object.put("version", store.auditors().isEmpty() ? WITHOUT_AUDITORS : VERSION);
    object.put("vault", store.vault()).put("sequence", store.sequence());
    AuditorText.write(store.auditors(), object);
    object.array("trusted", array -> store.entries().forEach(e -> array.object(o -> write(e, o))));
    return object.toBytes();
  }

  private static void write(TrustStore.Entry entry, JsonWriter object) {
    object.put("place", entry.place());
    entry.git().ifPresent(git -> object.put("root", git.root()).put("remote", git.remote()));
    object.put("list", entry.digest().list());
    entry.digest().lock().ifPresent(lock -> object.put("lock", lock));
    object.put("time", entry.time());
    entry
        .review()
        .ifPresent(
            rule ->
                object.object(
                    "review",
                    it ->
                        it.put("reviewers", rule.reviewers())
                            .put("number", rule.number())
                            .put("signers", rule.signers())));
    entry.follow().ifPresent(rule -> object.object("follow", it -> write(rule, it)));
    if (entry.dialog()) {
      object.put("dialog", true);
    }
  }

  private static void write(FollowRule rule, JsonWriter object) {
    object.put("url", rule.upstream().url()).put("branch", rule.upstream().branch());
    object.put("root", rule.root()).put("tip", rule.tip());
    rule.upstream().knownBy().ifPresent(text -> object.put("knownBy", text));
    rule.upstream()
        .credential()
        .ifPresent(token -> object.put("token", token.reference()).put("user", token.user()));
  }

  /** Reads a text whose signature is good. */
  static TrustStore parse(byte[] text) throws TrustException {
    try {
      Slice store = Slice.of(text);
      long version = number(store, "version");
      if (version < 1 || version > VERSION) {
        throw new TrustException("the trust store is of a version that this program does not know");
      }
      List<TrustStore.Entry> entries = new ArrayList<>();
      for (Slice entry : required(store, "trusted").elements()) {
        entries.add(version == 1 ? first(entry) : second(entry));
      }
      return new TrustStore(
          string(store, "vault"),
          number(store, "sequence"),
          entries,
          version == VERSION ? AuditorText.read(store) : List.of());
    } catch (MalformedException | IllegalArgumentException e) {
      throw new TrustException("the trust store is of a form that this version does not know");
    }
  }

  private static TrustStore.Entry first(Slice entry) throws MalformedException, TrustException {
    return new TrustStore.Entry(
        string(entry, "place"),
        git(entry),
        new PairDigest(string(entry, "digest"), Optional.empty()),
        Optional.of(new String(Base64Url.parse(string(entry, "content")), UTF_8)),
        string(entry, "time"),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private static TrustStore.Entry second(Slice entry) throws MalformedException, TrustException {
    return new TrustStore.Entry(
        string(entry, "place"),
        git(entry),
        new PairDigest(string(entry, "list"), entry.members().get("lock").map(Slice::string)),
        Optional.empty(),
        string(entry, "time"),
        review(entry),
        follow(entry),
        entry.members().get("dialog").filter(Slice::isTrue).isPresent());
  }

  private static Optional<FollowRule> follow(Slice entry)
      throws MalformedException, TrustException {
    Optional<Slice> rule = entry.members().get("follow");
    return rule.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FollowRule(
                new Upstream(
                    string(rule.get(), "url"),
                    string(rule.get(), "branch"),
                    rule.get().members().get("knownBy").map(Slice::string),
                    credential(rule.get())),
                string(rule.get(), "root"),
                string(rule.get(), "tip")));
  }

  private static Optional<Credential> credential(Slice rule)
      throws MalformedException, TrustException {
    Optional<Slice> token = rule.members().get("token");
    try {
      return token.isEmpty()
          ? Optional.empty()
          : Optional.of(Credential.of(token.get().string(), string(rule, "user")));
    } catch (FollowException e) {
      throw new TrustException("the trust store names a token that this version does not know");
    }
  }

  private static Optional<ReviewRule> review(Slice entry)
      throws MalformedException, TrustException {
    Optional<Slice> rule = entry.members().get("review");
    return rule.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReviewRule(
                (int) number(rule.get(), "reviewers"),
                string(rule.get(), "signers"),
                number(rule.get(), "number")));
  }

  private static Optional<GitIdentity> git(Slice entry) throws MalformedException, TrustException {
    Optional<Slice> root = entry.members().get("root");
    return root.isEmpty()
        ? Optional.empty()
        : Optional.of(new GitIdentity(root.get().string(), string(entry, "remote")));
  }

  private static long number(Slice object, String name) throws MalformedException, TrustException {
    return required(object, name)
        .integer()
        .orElseThrow(() -> new TrustException("a number of the trust store is malformed"));
  }

  private static String string(Slice object, String name)
      throws MalformedException, TrustException {
    return required(object, name).string();
  }

  private static Slice required(Slice object, String name)
      throws MalformedException, TrustException {
    return object
        .members()
        .get(name)
        .orElseThrow(() -> new TrustException("the trust store lacks " + name));
  }
}
