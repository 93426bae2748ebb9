package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a commit takes is read as git has it, whatever a diff would show of it. */
final class VaultScanStagedTest {
  private static final String TOKEN = "made-up-k3R9wQ2zXv8LmT4yB7nC1pF6hJ5dG0sA";

  @TempDir Path folder;
  private Path home;
  private Path project;

  @BeforeEach
  void layOut() throws Exception {
    home =
        Files.createDirectory(
            folder.resolve("home"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    project = Files.createDirectories(folder.toRealPath().resolve("project"));
    git("init", "--quiet", ".");
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, VaultFixture.PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    VaultFixture.create(home.resolve("vault")).close();
    CommandRun stored =
        run(Map.of("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString()), TOKEN, "put", "t");
    assertThat(stored.exit()).as(stored.err()).isZero();
  }

  private CommandRun run(Map<String, String> variables, String input, String... words) {
    CommandRun run = CommandRun.in(project).with("GATEKEEPER_HOME", home.toString());
    variables.forEach(run::with);
    List<String> line = new ArrayList<>(List.of("vault"));
    line.addAll(List.of(words));
    return run.input(input.getBytes(UTF_8)).run(line.toArray(String[]::new));
  }

  /** Where it is typed it has fingerprints, be it no project. */
  private void openedIn(Path directory) {
    CommandRun opened =
        CommandRun.in(directory)
            .with("GATEKEEPER_HOME", home.toString())
            .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString())
            .run("vault", "check");
    assertThat(opened.exit()).as(opened.err()).isZero();
  }

  private CommandRun staged() {
    return run(Map.of(), "", "scan", "--staged");
  }

  private String git(String... words) throws IOException, InterruptedException {
    return git(Map.of(), words);
  }

  private String git(Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(List.of("git", "-c", "user.name=A", "-c", "user.email=a@example.com"));
    line.addAll(List.of("-c", "protocol.file.allow=always"));
    line.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(line).directory(project.toFile()).redirectErrorStream(true);
    builder.environment().putAll(variables);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return said;
  }

  private void write(String name, String text) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void whatADiffShowsAsBinaryIsRead() throws Exception {
    write(".gitattributes", "*.env -diff\n*.conv diff=none\n");
    git("config", "diff.none.textconv", "true");
    git("config", "diff.external", "true");
    git("config", "core.quotePath", "true");
    write("a.env", "A=" + TOKEN + "\n");
    write("b.bin", "\0\0" + TOKEN);
    Files.write(project.resolve("c.txt"), ("\ufeffx\n" + TOKEN).getBytes(UTF_16LE));
    write("d.conv", TOKEN);
    write("sub/\u00e9 \"e\n", TOKEN);
    Files.createSymbolicLink(project.resolve("f"), Path.of("../" + TOKEN));
    git("add", "-A");
    write("a.env", "later"); // what is in the folder does not count
    CommandRun found = staged();
    assertThat(found.err()).startsWith("gatekeeper: hint");
    assertThat(found.out())
        .contains(
            "FOUND secret:t (plain) in a.env, line 1\n",
            "FOUND secret:t (plain) in b.bin, line 1\n",
            "FOUND secret:t (utf-16) in c.txt, line 2\n",
            "FOUND secret:t (plain) in d.conv, line 1\n",
            "FOUND secret:t (plain) in f, line 1\n",
            "FOUND secret:t (plain) in sub/",
            "Read 7 staged files,");
    assertThat(found.exit()).isEqualTo(1);

    git("commit", "--quiet", "-m", "one");
    write("x", "nothing");
    git("rm", "--quiet", "b.bin");
    git("mv", "d.conv", "moved.conv");
    git("add", "x");
    CommandRun next = staged();
    assertThat(next.out()).contains("moved.conv").doesNotContain("in a.env", "in b.bin");
    assertThat(next.exit()).isEqualTo(1);
  }

  /** A hook of {@code git commit FILE} sees another index, which git names to it. */
  @Test
  void theIndexThatGitNamesToAHookIsRead() throws Exception {
    write("a", "nothing");
    git("add", "a");
    git("commit", "--quiet", "-m", "one");
    Map<String, String> named = Map.of("GIT_INDEX_FILE", folder.resolve("other").toString());
    write("b", TOKEN);
    git(named, "add", "a", "b");
    CommandRun found = run(named, "", "scan", "--staged");
    assertThat(found.out()).contains("FOUND secret:t (plain) in b, line 1");
    openedIn(folder);
    CommandRun elsewhere =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", home.toString())
            .with("GIT_DIR", project.resolve(".git").toString())
            .with("GIT_WORK_TREE", project.toString())
            .with("GIT_EXTERNAL_DIFF", "true")
            .with("GIT_INDEX_FILE", folder.resolve("other").toString())
            .run("vault", "scan", "--staged", "--json");
    assertThat(elsewhere.out()).contains("\"path\":\"b\"", "\"staged\":true");
    assertThat(elsewhere.exit()).isEqualTo(1);
  }

  @Test
  void deletingIsGreenAndWhatIsNotReadIsSaid() throws Exception {
    write("a", "nothing");
    git("add", "a");
    git("commit", "--quiet", "-m", "one");
    git("rm", "--quiet", "a");
    assertThat(staged().exit()).isZero();
    assertThat(staged().out()).contains("Read 0 staged files, 0 bytes; 1 deleted.");
    String head = git("rev-parse", "HEAD").strip();
    git("update-index", "--add", "--cacheinfo", "160000," + head + ",sub");
    CommandRun submodule = staged();
    assertThat(submodule.out())
        .contains("Skipped, submodule, of which only the commit is staged: 1.");
    git(
        "update-index",
        "--add",
        "--info-only",
        "--cacheinfo",
        "100644," + "1".repeat(40) + ",lost");
    CommandRun lost = staged();
    assertThat(lost.exit()).isEqualTo(3);
    assertThat(lost.err()).contains("an object is missing");
    assertThat(run(Map.of(), "", "scan", "--staged", "x").exit()).isEqualTo(2);
  }

  /** In a hook of a push, in CI after a checkout, and behind who took git's index away. */
  @Test
  void whereNothingIsStagedNothingIsJudged() throws Exception {
    assertThat(staged().exit()).isEqualTo(3);
    write("a", "nothing");
    git("add", "a");
    git("commit", "--quiet", "-m", "one");
    CommandRun nothing = staged();
    assertThat(nothing.err()).contains("nothing is staged, so nothing can be said");
    assertThat(nothing.exit()).isEqualTo(3);
    Map<String, String> hook = Map.of("GIT_INDEX_FILE", ".git/index");
    assertThat(run(hook, "", "scan", "--staged").exit()).as("another message").isZero();
    CommandRun json = run(Map.of(), "", "scan", "--staged", "--json");
    assertThat(json.out()).contains("\"judged\":false", "\"deleted\":0");

    git("config", "core.bare", "true");
    CommandRun bare = staged();
    assertThat(bare.err()).contains("a bare repository has no index");
    assertThat(bare.exit()).isEqualTo(3);
  }

  /** To git each of them is an index without files: all would count as deleted. */
  @Test
  void anIndexThatIsNotThereIsNotJudged() throws Exception {
    write("a", TOKEN);
    git("add", "a");
    git("commit", "--quiet", "-m", "one");
    for (String index : List.of("nowhere", folder.resolve("no").toString(), "")) {
      CommandRun scan = run(Map.of("GIT_INDEX_FILE", index), "", "scan", "--staged");
      assertThat(scan.err()).as(index).contains("index that git names is not there");
      assertThat(scan.exit()).as(index).isEqualTo(3);
    }
    Files.delete(project.resolve(".git/index"));
    assertThat(staged().exit()).isEqualTo(3);
  }

  @Test
  void aProjectWhoseNameIsAValueIsNotNamed() throws Exception {
    Path named = folder.toRealPath().resolve("x" + TOKEN);
    git("init", "--quiet", named.toString());
    openedIn(named);
    Files.writeString(named.resolve("a"), "nothing");
    for (String format : List.of("--open", "--json")) {
      CommandRun run =
          CommandRun.in(named)
              .with("GATEKEEPER_HOME", home.toString())
              .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString())
              .run("vault", "scan", format, "a");
      assertThat(run.exit()).as(run.err()).isEqualTo(1);
      assertThat(run.out()).doesNotContain(TOKEN).contains("x[secret:t]");
    }
  }

  @Test
  void whatLfsPushesByItselfIsCounted() throws Exception {
    write("big", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n");
    git("add", "big");
    CommandRun pointer = staged();
    assertThat(pointer.out()).contains("Skipped, pointer of Git LFS", "Read 1 staged file, ");
    assertThat(pointer.exit()).isZero();
  }

  @Test
  void whatIsNotMergedOrNoRepositoryIsNotJudged() throws Exception {
    write("a", "one\n");
    git("add", "a");
    git("commit", "--quiet", "-m", "one");
    git("checkout", "--quiet", "-b", "side");
    write("a", "two\n");
    git("commit", "--quiet", "-a", "-m", "two");
    git("checkout", "--quiet", "-");
    write("a", "three\n");
    git("commit", "--quiet", "-a", "-m", "three");
    git("merge", "side");
    CommandRun unmerged = staged();
    assertThat(unmerged.err()).contains("a is not merged");
    assertThat(unmerged.exit()).isEqualTo(3);
    openedIn(folder);
    CommandRun outside =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", home.toString())
            .run("vault", "scan", "--staged");
    assertThat(outside.err()).contains("there is no repository here");
    assertThat(outside.exit()).isEqualTo(3);
  }

  @Test
  void aDiffThatLeavesFilesOutIsNotJudged() throws Exception {
    write("b.bin", "\0\0" + TOKEN);
    git("add", "-A");
    for (String option : new String[] {"--no-color", "--color=always", "--binary"}) {
      CommandRun piped = run(Map.of(), git("diff", "--cached", option), "scan", "-");
      assertThat(piped.err()).contains("standard input leaves out 1 of the files, as binary ones");
      assertThat(piped.exit()).isEqualTo(3);
    }
    assertThat(
            run(Map.of(), "+Binary files a and b differ\nBinary files are\n", "scan", "-").exit())
        .isZero();
    git("commit", "--quiet", "-m", "one");
    CommandRun graph = run(Map.of(), git("log", "--graph", "-p"), "scan", "-");
    assertThat(graph.err()).contains("leaves out 1 of the files");
    git("reset", "--quiet", "--soft", "HEAD~");
    git("update-ref", "-d", "HEAD");
    String text = git("diff", "--cached", "--text");
    assertThat(run(Map.of(), text, "scan", "-").exit()).isEqualTo(1);
  }
}
