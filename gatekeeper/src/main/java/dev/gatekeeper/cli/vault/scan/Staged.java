package dev.gatekeeper.cli.vault.scan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.fingerprint.scan.Walk;
import dev.gatekeeper.git.Git;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the next commit changes: the blobs of the index that are not those of HEAD, byte by byte as
 * git has them. No diff is read, in which attributes and configuration leave files out: no text
 * conversion, filter, external diff or rename counts.
 */
final class Staged {
  /**
   * By these git names its repository to a hook, and its index: that of {@code git commit FILE} is
   * another one than the repository's.
   */
  private static final List<String> NAMED =
      List.of(
          "GIT_DIR",
          "GIT_COMMON_DIR",
          "GIT_WORK_TREE",
          "GIT_INDEX_FILE",
          "GIT_OBJECT_DIRECTORY",
          "GIT_ALTERNATE_OBJECT_DIRECTORIES");

  /** The first commit of a large repository has some gigabytes. */
  private static final Duration DEADLINE = Duration.ofMinutes(30);

  private static final Pattern CHANGE =
      Pattern.compile(":\\d{6} (\\d{6}) [0-9a-f]{40,64} ([0-9a-f]{40,64}) ([A-Z])\\d*");

  private static final Pattern HEADER = Pattern.compile("([0-9a-f]{40,64}) blob (\\d{1,18})");
  private static final String SUBMODULE = "160000";

  /** With it begins what git stores of a file that Git LFS has taken away; it is under 1 KiB. */
  private static final byte[] POINTER =
      "version https://git-lfs.github.com/spec/v1\n".getBytes(US_ASCII);

  private static final int MAX_POINTER = 1 << 10;
  private static final int MAX_HEADER = 256;

  private final Git git;

  /** Whether git runs this for a commit: to all of its hooks it names the index that it commits. */
  private final boolean committing;

  private int deleted;
  private int changed;

  private Staged(Git git, boolean committing) {
    this.git = git;
    this.committing = committing;
  }

  /** That of the repository of a directory, or of the hook that this runs in. */
  static Staged of(Path directory, Map<String, String> environment)
      throws IOException, CommandFailure {
    Map<String, String> named = new HashMap<>(environment);
    named.keySet().retainAll(NAMED);
    Optional<Git> git = Git.ofAnyOwner(directory, named, DEADLINE);
    if (git.isEmpty() || git.get().ask("rev-parse", "--git-dir").isEmpty()) {
      throw CommandFailure.cannotJudge(
          "there is no repository here, or no git", "gatekeeper vault scan PATH");
    }
    if (git.get().ask("rev-parse", "--is-bare-repository").equals(Optional.of("true"))) {
      throw CommandFailure.cannotJudge(
          "a bare repository has no index", "gatekeeper vault scan PATH");
    }
    requireIndex(git.get(), directory);
    return new Staged(git.get(), named.containsKey("GIT_INDEX_FILE"));
  }

  /** An index that is not there is an empty one to git, by which every file is deleted. */
  private static void requireIndex(Git git, Path directory) throws IOException, CommandFailure {
    Optional<String> index =
        git.ask("rev-parse", "--path-format=absolute", "--git-path", "index")
            .map(path -> path.substring(path.lastIndexOf('\n') + 1));
    if (index.isEmpty() || !Files.isRegularFile(directory.resolve(index.get()))) {
      throw CommandFailure.cannotJudge(
          "the index that git names is not there, so nothing is staged", "git status");
    }
  }

  /** Files that the next commit takes away: what is in them is in the history already. */
  int deleted() {
    return deleted;
  }

  /**
   * Whether there was something to judge. A commit may change nothing but its message; in any other
   * place, where nothing is staged the wrong thing was asked.
   */
  boolean isAnswer() {
    return committing || changed > 0;
  }

  private record Blob(String id, String path) {}

  /** Reads all of it. What is staged as a submodule is in another repository, and is counted. */
  void read(Walk walk) throws CommandFailure {
    try {
      List<Blob> blobs = blobs(walk);
      StringBuilder ids = new StringBuilder();
      blobs.forEach(blob -> ids.append(blob.id()).append('\n'));
      if (!blobs.isEmpty()) {
        git.stream(
            ids.toString().getBytes(US_ASCII),
            output -> read(walk, blobs, new BufferedInputStream(output)),
            "cat-file",
            "--batch");
      }
    } catch (IOException e) {
      throw CommandFailure.cannotJudge(
          "what is staged cannot be read: " + e.getMessage(), "git status");
    }
  }

  private List<Blob> blobs(Walk walk) throws IOException {
    // Before the first commit there is none; and with a broken one all that is staged is read.
    Optional<String> head = git.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}");
    String base =
        head.isPresent()
            ? head.get()
            : git.ask("hash-object", "-t", "tree", "--stdin")
                .orElseThrow(() -> new IOException("git hash-object failed"));
    String[] words =
        new String(
                git.must(
                    new byte[0],
                    "diff-index",
                    "--cached",
                    "--raw",
                    "-z",
                    "--no-abbrev",
                    "--no-renames",
                    "--no-ext-diff",
                    "--no-textconv",
                    "--ignore-submodules=none",
                    base,
                    "--"),
                UTF_8)
            .split("\0", -1);
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i + 1 < words.length; i += 2) {
      Matcher change = CHANGE.matcher(words[i]);
      if (!change.matches()) {
        throw new IOException("git diff-index answers with something else");
      }
      String path = words[i + 1];
      changed++;
      switch (change.group(3)) {
        case "D" -> deleted++;
        case "A", "M", "T" -> {
          if (change.group(1).equals(SUBMODULE)) {
            walk.skip("submodule, of which only the commit is staged");
          } else {
            blobs.add(new Blob(change.group(2), path));
          }
        }
        default -> walk.miss(path, "is not merged");
      }
    }
    return blobs;
  }

  private static void read(Walk walk, List<Blob> blobs, InputStream output) throws IOException {
    for (Blob blob : blobs) {
      Matcher header = HEADER.matcher(line(output));
      if (!header.matches() || !header.group(1).equals(blob.id())) {
        throw new IOException("an object is missing, or is no blob");
      }
      Bounded content = new Bounded(output, Long.parseLong(header.group(2)));
      if (content.left < MAX_POINTER) {
        byte[] small = content.readNBytes((int) content.left);
        if (startsWith(small, POINTER)) {
          walk.skip("pointer of Git LFS, which pushes the content by itself");
        }
        walk.stream(blob.path(), new ByteArrayInputStream(small));
      } else {
        walk.stream(blob.path(), content);
      }
      if (content.left > 0 || output.read() != '\n') {
        throw new IOException("git cat-file ended early");
      }
    }
  }

  private static boolean startsWith(byte[] text, byte[] what) {
    return text.length >= what.length && Arrays.equals(text, 0, what.length, what, 0, what.length);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int one = in.read();
    while (one >= 0 && one != '\n' && line.length() < MAX_HEADER) {
      line.append((char) one);
      one = in.read();
    }
    return line.toString();
  }

  /** So many bytes of a stream; not fewer. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(bytes, from, (int) Math.min(length, left));
      if (read < 0) {
        throw new IOException("git cat-file ended early");
      }
      left -= read;
      return read;
    }
  }
}
