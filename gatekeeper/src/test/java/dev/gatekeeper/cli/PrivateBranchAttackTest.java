package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.trust.follow.PackBomb;
import dev.gatekeeper.trust.follow.PrivateBranch;
import dev.gatekeeper.trust.follow.TlsRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an agent, and a remote that lies, try against the token of a private repository. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class PrivateBranchAttackTest {
  /** As gitformat-pack(5) has it, of no object at all, and so not of the tip. */
  private static final String EMPTY_PACK =
      "PACK\0\0\0\u0002\0\0\0\0"
          + new String(
              HexFormat.of().parseHex("029d08823bd8a8eab510ad6ac75c823cfd3ed31e"), ISO_8859_1);

  @TempDir Path folder;
  private PrivateBranch branch;
  private Map<String, String> environment;
  private final Redactor redactor = new Redactor();

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    branch = new PrivateBranch(folder);
    environment = new HashMap<>(branch.environment());
  }

  @AfterEach
  void close() {
    branch.close();
    redactor.close();
  }

  private FollowingSession session() throws Exception {
    return new FollowingSession(branch, environment, redactor);
  }

  @Test
  void anotherHostGetsNothing() throws Exception {
    branch.bound();
    try (TlsRemote other =
            TlsRemote.start(folder.resolve("srv"), folder.resolve("other"), "ip:127.0.0.1");
        FollowingSession session = session()) {
      for (int status : new int[] {301, 302, 303, 307, 308}) {
        branch
            .tls()
            .answers(
                status, "Location", other.url("remote.git") + "/info/refs?service=git-upload-pack");
        assertThat(session.refresh()).isEqualTo("the remote does not answer: it sends elsewhere");
      }
      assertThat(other.asked()).isEmpty();
    }
  }

  @Test
  void aRemoteThatAnotherAuthorityProvesGetsNothing() throws Exception {
    try (TlsRemote other =
        TlsRemote.start(folder.resolve("srv"), folder.resolve("other"), "ip:127.0.0.1")) {
      CommandRun bound =
          branch.run(
              "allowlist",
              "trust",
              "--yes",
              "--follow",
              "main",
              "--remote",
              other.url("remote.git"),
              "--known-by",
              folder.resolve("authority").toString(),
              "--token",
              "secret:forge/token");
      assertThat(bound.err()).contains("its certificate is of no authority that counts");
      assertThat(other.asked()).isEmpty();
    }
    CommandRun plain =
        branch.run(
            "allowlist",
            "trust",
            "--yes",
            "--follow",
            "main",
            "--remote",
            branch.url(),
            "--token",
            "secret:forge/token");
    assertThat(plain.err()).contains("its certificate is of no authority that counts");
    assertThat(branch.tls().asked()).isEmpty();
  }

  @Test
  void theRemoteOfATokenIsTypedAndNotReadOutOfTheRepository() throws Exception {
    PrivateBranch.git(branch.project(), "remote", "set-url", "origin", branch.url());
    CommandRun unnamed =
        branch.run(
            "allowlist", "trust", "--yes", "--follow", "main", "--token", "secret:forge/token");
    assertThat(unnamed.exit()).isEqualTo(2);
    assertThat(unnamed.err()).contains("a token goes to the host of --remote URL");
    assertThat(branch.tls().asked()).isEmpty();
    assertThat(branch.bind("--token", PrivateBranch.TOKEN).err())
        .contains("a token is named as secret:NAME")
        .doesNotContain(PrivateBranch.TOKEN);
    assertThat(branch.bind("--token", "secret:forge/token", "--token-user", "a:b").exit())
        .isEqualTo(2);
    assertThat(branch.bind("--token-user", "a").exit()).isEqualTo(2);
    assertThat(branch.run("allowlist", "trust", "--token", "secret:a/b").err())
        .contains("are of --follow BRANCH");
    CommandRun ssh =
        branch.run(
            "allowlist",
            "trust",
            "--follow",
            "main",
            "--remote",
            "git@example.org:a.git",
            "--token",
            "secret:forge/token");
    assertThat(ssh.err()).contains("a token is for an https:// remote");
  }

  /**
   * Everything that leads git elsewhere: in the repository, in the mirror, in the home, in the
   * environment; and a look at every process while the remote is being asked.
   */
  @Test
  void nothingOfTheAgentLeadsTheTokenElsewhereOrShowsIt() throws Exception {
    branch.bound();
    branch.widen();
    try (TlsRemote other =
        TlsRemote.start(folder.resolve("srv"), folder.resolve("other"), "ip:127.0.0.1")) {
      Path mark = folder.resolve("mark");
      Path bin = Files.createDirectories(folder.resolve("bin"));
      for (String name : List.of("git", "git-remote-https", "askpass", "ssh")) {
        Path program = bin.resolve(name);
        Files.writeString(program, "#!/bin/sh\nenv > '" + mark + "'\nexit 1\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
      }
      String elsewhere = other.url("");
      Path config = folder.resolve(".gitconfig");
      List<Path> configured = new ArrayList<>(List.of(config));
      configured.add(branch.project().resolve(".git/config"));
      try (var mirrors = Files.list(branch.home().resolve("mirrors"))) {
        mirrors.map(mirror -> mirror.resolve("config")).forEach(configured::add);
      }
      for (Path each : configured) {
        Files.writeString(
            each,
            """
            [core]
              repositoryformatversion = 0
              bare = %s
              askPass = %s
              fsmonitor = %s
              hooksPath = %s
            [credential]
              helper = !%s
            [http]
              proxy = %s
              sslCAInfo = %s
              sslVerify = false
              followRedirects = true
              extraHeader = X-Made-Up: 1
            [url "%s"]
              insteadOf = https://
            """
                .formatted(
                    !each.equals(configured.get(1)),
                    bin.resolve("askpass"),
                    bin.resolve("askpass"),
                    bin,
                    bin.resolve("askpass"),
                    elsewhere,
                    folder.resolve("other/authority"),
                    elsewhere));
      }
      environment.put("PATH", bin.toString());
      for (String name : List.of("GIT_ASKPASS", "SSH_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND")) {
        environment.put(name, bin.resolve("askpass").toString());
      }
      for (String name : List.of("https_proxy", "HTTPS_PROXY", "ALL_PROXY", "http_proxy")) {
        environment.put(name, elsewhere);
      }
      environment.put("GIT_EXEC_PATH", bin.toString());
      environment.put("GIT_CONFIG_GLOBAL", config.toString());
      environment.put("GIT_CONFIG_COUNT", "1");
      environment.put("GIT_CONFIG_KEY_0", "url." + elsewhere + ".insteadOf");
      environment.put("GIT_CONFIG_VALUE_0", "https://");
      environment.put("GIT_TRACE", folder.resolve("trace").toString());
      environment.put("GIT_TRACE_CURL", folder.resolve("trace").toString());
      environment.put("GIT_SSL_NO_VERIFY", "1");
      AtomicInteger looks = new AtomicInteger();
      CompletableFuture<Void> shown = new CompletableFuture<>();
      branch
          .tls()
          .meanwhile(
              () -> {
                try {
                  looks.addAndGet(lookAtProcesses());
                } catch (AssertionError | IOException e) {
                  shown.completeExceptionally(e);
                }
              });
      int before = branch.tls().asked().size();
      try (FollowingSession session = session()) {
        assertThat(session.refresh()).isEmpty();
        assertThat(session.isWide()).isTrue();
      }
      assertThat(branch.tls().asked().subList(before, branch.tls().asked().size()))
          .hasSizeGreaterThan(2)
          .containsOnly(FollowingSession.GIVEN);
      assertThat(shown).isNotCompletedExceptionally();
      assertThat(looks).hasValueGreaterThan(0);
      assertThat(other.asked()).isEmpty();
      assertThat(mark).doesNotExist();
      assertThat(folder.resolve("trace")).doesNotExist();
      FollowingSession.holdsNoToken(branch.home().path());
    }
  }

  /** Arguments and environments of all processes; returns how many could be read. */
  private static int lookAtProcesses() throws IOException {
    int read = 0;
    try (var processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(it -> it.getFileName().toString().matches("[0-9]+")).toList()) {
        for (String name : List.of("cmdline", "environ")) {
          try {
            String text = Files.readString(process.resolve(name), ISO_8859_1);
            read++;
            FollowingSession.holdsNoToken(process + "/" + name, text);
          } catch (IOException e) {
            // It has ended, or is another user's.
          }
        }
      }
    }
    return read;
  }

  @Test
  void whatIsNoAnswerOfGitIsTold() throws Exception {
    branch.bound();
    try (FollowingSession session = session()) {
      String html = "<!DOCTYPE html><title>log in</title>";
      for (String body :
          List.of(html, "0", "00zz", "ffff", "0003", "0002", "000eversion 2\n", "0005a")) {
        branch.tls().answers(body);
        assertThat(session.refresh())
            .as(body)
            .isEqualTo("the remote answers otherwise than git does");
      }
      branch.tls().answers("0000");
      assertThat(session.refresh()).contains("does not speak version 2 of git's protocol");
      // It says what git would, then other things than refs and a pack.
      branch.tls().answers("000eversion 2\n0000");
      assertThat(session.refresh()).isEqualTo("the remote has no branch main");
      branch.tls().answers("0".repeat(2 << 20));
      assertThat(session.refresh()).isNotEmpty();
      branch.tls().answers(404, "Content-Type", "text/html");
      assertThat(session.refresh())
          .isEqualTo(
              "the remote has no such repository, or does not show it to whoever has"
                  + " secret:forge/token");
      branch.tls().answersByGit();
      assertThat(session.refresh()).isEmpty();
    }
  }

  @Test
  void whatIsNoPackIsNotKept() throws Exception {
    branch.bound();
    branch.widen();
    List<Path> before = packs();
    try (FollowingSession session = session()) {
      for (String pack :
          List.of(
              "000dpackfile\n0025\u0001" + EMPTY_PACK + "0000",
              "000dpackfile\n000a\u0001PACK.0000",
              "000dpackfile\n0009\u0001PACK",
              "000dpackfile\n0009\u0003made",
              "000dpackfile\n0000",
              "0000")) {
        AtomicInteger asked = new AtomicInteger();
        branch
            .tls()
            .meanwhile(
                () -> {
                  if (asked.incrementAndGet() == 3) {
                    branch.tls().answers(pack);
                  }
                });
        assertThat(session.refresh()).as(pack).startsWith("the remote ").hasSizeLessThan(60);
        assertThat(session.isWide()).isFalse();
        assertThat(packs()).isEqualTo(before);
        branch.tls().answersByGit();
      }
      branch.tls().meanwhile(() -> {});
      assertThat(session.refresh()).isEmpty();
      assertThat(session.isWide()).isTrue();
    }
  }

  /**
   * Git gets the object that it stands for neither whole nor at the cost of the machine's memory.
   */
  @Test
  void aPackThatStandsForFarMoreThanItHasIsRefused() throws Exception {
    branch.bound();
    branch.widen();
    String bomb = new String(PackBomb.bytes(), ISO_8859_1);
    AtomicInteger asked = new AtomicInteger();
    String packet = "%04x\u0001".formatted(bomb.length() + 5);
    branch
        .tls()
        .meanwhile(
            () -> {
              if (asked.incrementAndGet() == 3) {
                branch.tls().answers("000dpackfile\n" + packet + bomb + "0000");
              }
            });
    try (FollowingSession session = session()) {
      assertThat(session.refresh()).isEqualTo("the remote answers otherwise than git does");
    }
  }

  private List<Path> packs() throws IOException {
    try (var files = Files.walk(branch.home().resolve("mirrors"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
