package dev.gatekeeper.audit.opening;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What opens the arguments of one call. */
public final class Opening {
  /**
   * One argument.
   *
   * @param kept the text that was kept, if any
   * @param exact whether that text is, byte for byte, what was sent
   */
  public record Kept(String name, Optional<String> kept, boolean exact) {}

  /** Characters of a value that a disclosure tells; it has 1 MiB at most, escapes and proof too. */
  private static final int MAX_DISCLOSED = 128 << 10;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final String root;
  private final List<JsonNode> arguments;
  private final List<KeptSecret> secrets;
  private final Digests digests = new Digests();

  private Opening(String root, List<JsonNode> arguments, List<KeptSecret> secrets) {
    this.root = root;
    this.arguments = arguments;
    this.secrets = List.copyOf(secrets);
  }

  static Opening parse(byte[] line) throws IOException {
    try {
      JsonNode all = JSON.readTree(line);
      List<JsonNode> arguments = new ArrayList<>();
      all.path("arguments").forEach(arguments::add);
      List<KeptSecret> secrets = new ArrayList<>();
      for (JsonNode one : all.path("secrets")) {
        List<String> prints = new ArrayList<>();
        one.path("prints").forEach(print -> prints.add(print.asString("")));
        secrets.add(new KeptSecret(one.path("reference").asString(""), prints));
      }
      return new Opening(all.path("root").asString(""), arguments, secrets);
    } catch (JacksonException e) {
      throw new IOException("an opening that is no JSON", e);
    }
  }

  /**
   * Whether it is of the arguments that its root commits to. What was kept lies beside the log, and
   * a bundle is from somebody else: each may be another one by now.
   */
  public boolean holds() {
    byte[] made = arguments.isEmpty() ? digests.hash() : root(leaves());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(made).equals(root);
  }

  /**
   * Whether what it says of secrets is what a record has the digest of.
   *
   * @param digest as the record has it; empty where it has none
   */
  public boolean holdsSecrets(String digest) {
    return digest.equals(
        secrets.isEmpty() ? "" : Arguments.digest(digests, KeptSecret.text(secrets)));
  }

  /** Secrets whose values stood in the arguments, where they are masked now. */
  public List<KeptSecret> secrets() {
    return secrets;
  }

  /** The arguments, in the order in which they were sent. */
  public List<Kept> arguments() {
    return arguments.stream().map(this::kept).toList();
  }

  private Kept kept(JsonNode one) {
    JsonNode text = one.path("text");
    Optional<String> kept = text.isString() ? Optional.of(text.asString()) : Optional.empty();
    boolean exact =
        kept.isPresent()
            && Arrays.equals(
                digests.hmac(bytes(one, "r"), kept.get().getBytes(StandardCharsets.UTF_8)),
                bytes(one, "commitment"));
    return new Kept(one.path("name").asString(""), kept, exact);
  }

  /**
   * One argument with what leads from it to the root, as one line of JSON; nothing of the other
   * ones but hashes, and no text that is not what was sent. Of several with this name the last one,
   * which is what most servers take. Nothing when the call had no such argument.
   */
  public Optional<String> disclose(String name) {
    for (int i = arguments.size() - 1; i >= 0; i--) {
      Kept kept = kept(arguments.get(i));
      if (kept.name().equals(name)) {
        return Optional.of(line(i, kept));
      }
    }
    return Optional.empty();
  }

  private String line(int index, Kept kept) {
    JsonNode one = arguments.get(index);
    List<byte[]> leaves = leaves();
    Line line = new Line().raw(Arguments.start(root));
    line.raw(",\"index\":\"" + index + "\",\"size\":\"" + leaves.size() + "\",\"name\":\"");
    line.text(kept.name());
    for (String key : List.of("r", "commitment")) {
      line.raw("\",\"" + key + "\":\"").text(one.path(key).asString(""));
    }
    if (kept.exact() && kept.kept().orElse("").length() <= MAX_DISCLOSED) {
      line.raw("\",\"text\":\"").text(kept.kept().orElse(""));
    }
    line.raw("\",\"path\":\"").raw(String.join(" ", path(leaves, index))).raw("\"}");
    return new String(line.bytes(), StandardCharsets.UTF_8);
  }

  private List<byte[]> leaves() {
    return arguments.stream()
        .map(
            one -> Arguments.leaf(digests, one.path("name").asString(""), bytes(one, "commitment")))
        .toList();
  }

  /** RFC 6962 section 2.1.1: the hashes that lead from a leaf to the root, lowest first. */
  private List<String> path(List<byte[]> leaves, int index) {
    List<String> path = new ArrayList<>();
    path(leaves, index, path);
    return path;
  }

  private void path(List<byte[]> leaves, int index, List<String> path) {
    if (leaves.size() == 1) {
      return;
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    List<byte[]> left = leaves.subList(0, split);
    List<byte[]> right = leaves.subList(split, leaves.size());
    path(index < split ? left : right, index < split ? index : index - split, path);
    byte[] other = root(index < split ? right : left);
    path.add(Base64.getUrlEncoder().withoutPadding().encodeToString(other));
  }

  private byte[] root(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    return digests.node(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
  }

  private static byte[] bytes(JsonNode one, String key) {
    try {
      return Base64.getUrlDecoder().decode(one.path(key).asString(""));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
