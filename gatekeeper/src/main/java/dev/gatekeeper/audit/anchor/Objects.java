package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.proof.GrowthProof;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.git.Git;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code git cat-file --batch} answers for commits of a branch, read strictly. */
final class Objects {
  static final String CHECKPOINT = "checkpoint";
  static final String GROWTH = "growth";
  static final String KEYS = "keys";
  static final String LOSS = "loss";

  private static final String FILE_MODE = "100644 ";

  private final byte[] answer;
  private int at;

  private Objects(byte[] answer) {
    this.answer = answer;
  }

  /** A commit as it stands in the repository: whatever grafts or caches say of it. */
  record Commit(List<String> parents, Anchor anchor) {}

  /** The commits, in the order in which they are named. */
  static List<Commit> read(Git git, List<String> commits) throws IOException, AnchorException {
    StringBuilder wanted = new StringBuilder();
    for (String commit : commits) {
      wanted.append(commit).append('\n').append(commit).append("^{tree}\n");
      for (String name : List.of(CHECKPOINT, GROWTH, KEYS, LOSS)) {
        wanted.append(commit).append(':').append(name).append('\n');
      }
    }
    byte[] input = wanted.toString().getBytes(StandardCharsets.US_ASCII);
    Objects objects = new Objects(git.must(input, "cat-file", "--batch"));
    List<Commit> all = new ArrayList<>();
    for (String commit : commits) {
      all.add(objects.commit(commit));
    }
    return all;
  }

  /** The checkpoints in commits, by commit, where there is one. */
  static Map<String, SignedCheckpoint> checkpoints(Git git, List<String> commits)
      throws IOException {
    StringBuilder wanted = new StringBuilder();
    commits.forEach(commit -> wanted.append(commit).append(':').append(CHECKPOINT).append('\n'));
    byte[] input = wanted.toString().getBytes(StandardCharsets.US_ASCII);
    Objects objects = new Objects(git.must(input, "cat-file", "--batch"));
    Map<String, SignedCheckpoint> all = new HashMap<>();
    for (String commit : commits) {
      objects.object().flatMap(SignedCheckpoint::parseOne).ifPresent(it -> all.put(commit, it));
    }
    return all;
  }

  private Commit commit(String id) throws AnchorException {
    String head = new String(present(id), StandardCharsets.UTF_8);
    List<String> parents = new ArrayList<>();
    long time = 0;
    for (String line : head.substring(0, Math.max(0, head.indexOf("\n\n"))).split("\n", -1)) {
      if (line.startsWith("parent ")) {
        parents.add(line.substring("parent ".length()));
      } else if (line.matches("committer .* [0-9]{1,12} [+-][0-9]{4}")) {
        String[] words = line.split(" ", -1);
        time = Long.parseLong(words[words.length - 2]);
      }
    }
    List<String> names = names(present(id), (id.length() / 2));
    Optional<SignedCheckpoint> checkpoint = object().flatMap(SignedCheckpoint::parseOne);
    Optional<byte[]> growthFile = object();
    Optional<GrowthProof> growth = growthFile.flatMap(GrowthProof::parse);
    Optional<InclusionProof.Keys> keys = object().flatMap(Objects::keys);
    Optional<byte[]> lossFile = object();
    Optional<InclusionProof> loss = lossFile.flatMap(InclusionProof::parse);
    List<String> expected = new ArrayList<>(List.of(CHECKPOINT));
    growthFile.ifPresent(file -> expected.add(GROWTH));
    expected.add(KEYS);
    lossFile.ifPresent(file -> expected.add(LOSS));
    if (!names.equals(expected)) {
      throw AnchorException.broken("commit " + id + " holds another file");
    }
    if (checkpoint.isEmpty()
        || keys.isEmpty()
        || growth.isPresent() != growthFile.isPresent()
        || loss.isPresent() != lossFile.isPresent()) {
      throw AnchorException.broken("commit " + id + " holds a damaged file");
    }
    return new Commit(parents, new Anchor(id, time, checkpoint.get(), keys.get(), growth, loss));
  }

  /** {@code identity SP epoch-key LF}. */
  private static Optional<InclusionProof.Keys> keys(byte[] file) {
    String text = new String(file, StandardCharsets.US_ASCII);
    return text.matches("[A-Za-z0-9_-]{43} [A-Za-z0-9_-]{43}\n")
        ? Optional.of(new InclusionProof.Keys(text.substring(0, 43), text.substring(44, 87)))
        : Optional.empty();
  }

  /** Names of plain files in a tree; anything else has an empty name. */
  private static List<String> names(byte[] tree, int idBytes) {
    List<String> names = new ArrayList<>();
    int from = 0;
    for (int end = 0; end < tree.length; end++) {
      if (tree[end] == 0) {
        String entry = new String(tree, from, end - from, StandardCharsets.UTF_8);
        names.add(entry.startsWith(FILE_MODE) ? entry.substring(FILE_MODE.length()) : "");
        end += idBytes;
        from = end + 1;
      }
    }
    return names;
  }

  private byte[] present(String id) throws AnchorException {
    return object().orElseThrow(() -> AnchorException.unknown("commit " + id + " is not there"));
  }

  /** {@code id SP type SP size LF bytes LF}, or {@code name SP missing LF}. */
  private Optional<byte[]> object() {
    int end = at;
    while (end < answer.length && answer[end] != '\n') {
      end++;
    }
    String[] head = new String(answer, at, end - at, StandardCharsets.UTF_8).split(" ", -1);
    at = end + 1;
    if (head.length != 3 || !head[2].matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    int from = at;
    int to = Math.min(answer.length, from + Integer.parseInt(head[2]));
    at = to + 1;
    return Optional.of(Arrays.copyOfRange(answer, Math.min(from, to), to));
  }
}
