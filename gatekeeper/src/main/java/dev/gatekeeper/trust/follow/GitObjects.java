package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.git.Git;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Objects of a repository that nobody vouches for. Each is hashed here before it is believed: git
 * does not hash what it reads, and the files are the agent's to write. So from a tip that the
 * remote named, everything below it is what the remote has.
 */
final class GitObjects {
  private static final String COMMIT = "commit";
  private static final String TREE = "tree";
  private static final String BLOB = "blob";
  private static final String FOLDER_MODE = "40000";
  private static final Set<String> FILE_MODES = Set.of("100644", "100755");

  /** Bytes of one file. */
  private static final int MAX_FILE = 32 << 20;

  private final Git git;

  GitObjects(Git git) {
    this.git = git;
  }

  boolean has(String id) throws IOException {
    return git.ask("cat-file", "-t", id).filter(COMMIT::equals).isPresent();
  }

  /** Whether {@code tip} is {@code ancestor}, or follows it. */
  boolean follows(String tip, String ancestor) throws IOException, UnsoundMirror {
    if (tip.equals(ancestor)) {
      return true;
    }
    // Which commits lie between is only a hint of what to read; what they say is hashed.
    Optional<String> between = git.ask("rev-list", "--ancestry-path", tip, "^" + ancestor);
    if (between.isEmpty() && git.ask("rev-list", "--count", tip).isEmpty()) {
      throw new UnsoundMirror(); // some of what the tip is made of is not there
    }
    if (between.isEmpty() || between.get().isEmpty()) {
      return false;
    }
    List<String> ids = between.get().lines().toList();
    Map<String, byte[]> commits = read(COMMIT, ids);
    if (!commits.keySet().containsAll(ids)) {
      throw new UnsoundMirror();
    }
    Deque<String> next = new ArrayDeque<>(List.of(tip));
    Set<String> seen = new HashSet<>();
    while (!next.isEmpty()) {
      byte[] commit = commits.get(next.remove());
      for (String parent : commit == null ? List.<String>of() : headers(commit, "parent ")) {
        if (parent.equals(ancestor)) {
          return true;
        }
        if (seen.add(parent)) {
          next.add(parent);
        }
      }
    }
    return false;
  }

  /** The file at a path of a commit; empty where there is none, or another kind of entry. */
  Optional<byte[]> file(String commit, String path)
      throws IOException, FollowException, UnsoundMirror {
    String at = headers(one(COMMIT, commit), "tree ").getFirst();
    String[] names = path.split("/", -1);
    for (int i = 0; i < names.length; i++) {
      boolean last = i == names.length - 1;
      Optional<String> entry = entry(one(TREE, at), names[i], last, at.length() / 2);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      at = entry.get();
    }
    return Optional.of(one(BLOB, at));
  }

  private static List<String> headers(byte[] commit, String name) {
    String text = new String(commit, ISO_8859_1);
    int end = text.indexOf("\n\n");
    return text.substring(0, end < 0 ? text.length() : end)
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .toList();
  }

  /** A tree is a run of: mode, blank, name, zero byte, id as bytes. */
  private static Optional<String> entry(byte[] tree, String name, boolean file, int idBytes)
      throws FollowException {
    int at = 0;
    while (at < tree.length) {
      int zero = at;
      while (zero < tree.length && tree[zero] != 0) {
        zero++;
      }
      if (zero + 1 + idBytes > tree.length) {
        throw new FollowException("a tree of the remote is malformed");
      }
      String[] words =
          new String(tree, at, zero - at, java.nio.charset.StandardCharsets.UTF_8).split(" ", 2);
      at = zero + 1 + idBytes;
      if (words.length == 2 && words[1].equals(name)) {
        boolean right = file ? FILE_MODES.contains(words[0]) : words[0].equals(FOLDER_MODE);
        return right ? Optional.of(HexFormat.of().formatHex(tree, zero + 1, at)) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private byte[] one(String type, String id) throws IOException, FollowException, UnsoundMirror {
    byte[] found = read(type, List.of(id)).get(id);
    if (found == null) {
      throw new UnsoundMirror();
    }
    if (found.length > MAX_FILE) {
      throw new FollowException("an object of the remote is too long");
    }
    return found;
  }

  /** What of {@code ids} is there, of this type, and hashes to its id. */
  private Map<String, byte[]> read(String type, List<String> ids) throws IOException {
    byte[] all =
        git.must((String.join("\n", ids) + "\n").getBytes(US_ASCII), "cat-file", "--batch");
    Map<String, byte[]> objects = new HashMap<>();
    int at = 0;
    for (String id : ids) {
      int end = at;
      while (end < all.length && all[end] != '\n') {
        end++;
      }
      String[] words = new String(all, at, end - at, US_ASCII).split(" ", -1);
      at = end + 1;
      if (words.length == 3 && words[2].matches("[0-9]{1,9}")) {
        int length = Integer.parseInt(words[2]);
        if (length > all.length - at) {
          return objects;
        }
        byte[] content = Arrays.copyOfRange(all, at, at + length);
        at += length + 1;
        if (words[1].equals(type) && hash(type, content, id.length()).equals(id)) {
          objects.put(id, content);
        }
      }
    }
    return objects;
  }

  /** The id that git gives an object: over its type, its length and its content. */
  static String hash(String type, byte[] content, int hexDigits) {
    try {
      MessageDigest digest = MessageDigest.getInstance(hexDigits == 64 ? "SHA-256" : "SHA-1");
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      head.writeBytes((type + " " + content.length).getBytes(US_ASCII));
      head.write(0);
      digest.update(head.toByteArray());
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
