package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.files.Folder;
import dev.gatekeeper.git.Git;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where branches are pushed to. The transport runs from an empty repository of our own that shares
 * the objects of the real one: so no configuration of the real one (programs for ssh, credentials,
 * packs) counts, only the person's own.
 */
final class Remote implements AutoCloseable {
  private static final String BRANCHES = AnchorBranch.HEADS + AnchorBranch.NAME;

  /** A path or URL that the repository chose could name a repository with hooks, or a program. */
  private static final String CHOSEN_BY_REPOSITORY = "https:ssh";

  private static final String CHOSEN_BY_PERSON = "https:ssh:file";

  private final String url;
  private final Path own;
  private final Git git;

  private Remote(String url, Path own, Git git) {
    this.url = url;
    this.own = own;
    this.git = git;
  }

  /**
   * @param named name of a remote of the repository, or a URL or path that a person typed
   * @param person the person's environment, of which git gets home and agent for keys
   */
  static Remote of(Git repository, String named, Map<String, String> person)
      throws IOException, AnchorException {
    boolean typed = named.contains("/") || named.contains(":");
    Optional<String> url = Optional.of(named);
    if (!typed && named.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
      url =
          repository.ask("config", "--local", "--no-includes", "--get", "remote." + named + ".url");
    }
    if (url.isEmpty() || url.get().isEmpty() || url.get().startsWith("-")) {
      throw AnchorException.unknown("the repository has no remote '" + named + "'");
    }
    String objects =
        repository
            .ask("rev-parse", "--path-format=absolute", "--git-path", "objects")
            .orElseThrow(() -> new IOException("git does not say where its objects are"));
    String format = repository.ask("rev-parse", "--show-object-format").orElse("sha1");
    Path own = Files.createTempDirectory("gatekeeper-anchor");
    Map<String, String> variables = new HashMap<>();
    for (String name :
        new String[] {"HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "https_proxy", "no_proxy"}) {
      Optional.ofNullable(person.get(name)).ifPresent(value -> variables.put(name, value));
    }
    variables.put("GIT_ALLOW_PROTOCOL", typed ? CHOSEN_BY_PERSON : CHOSEN_BY_REPOSITORY);
    variables.put("GIT_DIR", own.toString());
    try {
      repository
          .with(own, variables)
          .must(
              new byte[0], "init", "--quiet", "--bare", "--template=", "--object-format=" + format);
    } catch (IOException e) {
      Folder.delete(own);
      throw e;
    }
    variables.put("GIT_OBJECT_DIRECTORY", objects);
    return new Remote(url.get(), own, repository.with(own, variables));
  }

  /** The remote without user and password, for a record. */
  String shown() {
    return withoutUser(url);
  }

  private static String withoutUser(String text) {
    return text.replaceAll("://[^/@\\s]*@", "://");
  }

  /** Fetches the branches of checkpoints; by log id, the newest commit of each. */
  Map<String, String> fetch() throws IOException, AnchorException {
    talk(
        "fetch",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-auto-maintenance",
        "--no-recurse-submodules",
        "--prune",
        "--refmap=",
        "--",
        url,
        "+" + BRANCHES + "*:" + BRANCHES + "*");
    String refs =
        new String(
            git.must(new byte[0], "for-each-ref", "--format=%(refname) %(objectname)", BRANCHES),
            StandardCharsets.UTF_8);
    Map<String, String> newest = new TreeMap<>();
    for (String line : refs.lines().toList()) {
      String name = line.substring(BRANCHES.length());
      if (name.matches("[0-9a-f]{32} [0-9a-f]+")) {
        newest.put(name.substring(0, 32), name.substring(33));
      }
    }
    return newest;
  }

  /**
   * Pushes; git refuses where the remote has what {@code commit} does not follow.
   *
   * @throws AnchorException when it was not taken
   */
  void push(String commit, String logId) throws IOException, AnchorException {
    talk(
        "push",
        "--no-verify",
        "--no-signed",
        "--no-follow-tags",
        "--recurse-submodules=no",
        "--",
        url,
        commit + ":" + BRANCHES + logId);
  }

  private void talk(String... arguments) throws IOException, AnchorException {
    Git.Answer answer = git.run(new byte[0], true, arguments);
    if (!answer.done()) {
      String last =
          answer
              .text()
              .lines()
              .filter(line -> line.startsWith("fatal:"))
              .findFirst()
              .or(() -> answer.text().lines().filter(line -> !line.isBlank()).findFirst())
              .orElse("no answer in time");
      throw AnchorException.unknown(
          "git " + arguments[0] + " of " + shown() + " failed: " + withoutUser(last));
    }
  }

  @Override
  public void close() throws IOException {
    Folder.delete(own);
  }
}
