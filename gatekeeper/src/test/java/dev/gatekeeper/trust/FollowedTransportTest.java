package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.follow.FollowException;
import dev.gatekeeper.trust.follow.SshRemote;
import dev.gatekeeper.trust.follow.TlsRemote;
import dev.gatekeeper.trust.follow.Tokens;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Remotes behind real TLS and a real sshd; nobody is there to answer a prompt. */
@Timeout(value = 50, unit = TimeUnit.SECONDS) // below the deadline of one command of git
final class FollowedTransportTest {
  private static final String NARROW = list("get_*");
  private static final String WIDE = list("*");

  @TempDir Path folder;
  private Home home;
  private Path remote;
  private Path colleague;
  private Path clone;

  private static String list(String tools) {
    return """
    {"version": 1, "mcpServers": {"weather": {
      "command": "/bin/cat", "tools": {"allow": ["%s"]}}}}
    """
        .formatted(tools);
  }

  @BeforeEach
  void layOut() throws Exception {
    Tools.require("git");
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
    remote = folder.resolve("srv/remote.git");
    Files.createDirectories(remote);
    git(folder, "init", "-q", "--bare", "-b", "main", remote.toString());
    colleague = folder.resolve("colleague");
    git(folder, "clone", "-q", remote.toString(), colleague.toString());
    publish(NARROW);
    clone = folder.resolve("clone");
    git(folder, "clone", "-q", remote.toString(), clone.toString());
  }

  private static String git(Path directory, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t"));
    line.addAll(List.of(arguments));
    return run(directory, line, Map.of());
  }

  private static String run(Path directory, List<String> line, Map<String, String> more)
      throws Exception {
    File said = File.createTempFile("said", "");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said);
    builder.environment().putAll(more);
    int exit = builder.start().waitFor();
    String text = Files.readString(said.toPath()).strip();
    Files.delete(said.toPath());
    assertThat(exit).as(text).isZero();
    return text;
  }

  private void publish(String list) throws Exception {
    Files.createDirectories(colleague.resolve(".gatekeeper"));
    Files.writeString(colleague.resolve(".gatekeeper/allowlist.json"), list);
    git(colleague, "add", ".");
    git(colleague, "commit", "-q", "-m", "list");
    git(colleague, "push", "-q", "origin", "HEAD:main");
  }

  private Following following(Map<String, String> person) throws Exception {
    return new Following(home, Project.find(clone), person);
  }

  /** Binds, lets a colleague merge, and has the session of a clone that pulled ask. */
  private void follows(Upstream upstream, Map<String, String> person) throws Exception {
    Proposal bound = following(person).bind(upstream, Tokens.NONE);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      new Trust(home).trust(bound, Project.find(clone), vault.presence(), NOW);
    }
    publish(WIDE);
    Files.writeString(clone.resolve(".gatekeeper/allowlist.json"), WIDE);

    Following session = following(person);
    session.refresh(Tokens.NONE);
    InForce now = session.inForce(new Trust(home));
    assertThat(now.text()).doesNotContain("does not count now");
    assertThat(now.list().digest()).isEqualTo(PairDigest.of(WIDE));
  }

  private void isRefused(Upstream upstream, Map<String, String> person, String reason) {
    assertThatThrownBy(() -> following(person).bind(upstream, Tokens.NONE))
        .isInstanceOf(TrustException.class)
        .hasMessage("the remote does not answer" + reason);
  }

  // TLS

  @Test
  void aBranchIsFollowedOverTlsByTheAuthorityThatAPersonNamed() throws Exception {
    try (TlsRemote tls = tls("ip:127.0.0.1")) {
      follows(Upstream.of(tls.url("remote.git"), "main").knownBy(tls.authority()), Map.of());
    }
    assertThat(Files.readString(home.resolve("trust.json"))).contains("\"knownBy\":\"-----BEGIN");
  }

  @Test
  void withoutItTheSystemsAuthoritiesCountAndAnotherIsNone() throws Exception {
    try (TlsRemote tls = tls("ip:127.0.0.1");
        TlsRemote other =
            TlsRemote.start(
                Objects.requireNonNull(remote.getParent()),
                folder.resolve("other"),
                "ip:127.0.0.1")) {
      Upstream plain = Upstream.of(tls.url("remote.git"), "main");
      String reason = ": its certificate is of no authority that counts";
      isRefused(plain, Map.of(), reason);
      isRefused(plain.knownBy(other.authority()), Map.of(), reason);
      Map<String, String> environment =
          Map.of(
              "GIT_SSL_NO_VERIFY", "1",
              "GIT_SSL_CAINFO", write("mine.pem", tls.authority()),
              "SSL_CERT_FILE", write("mine.pem", tls.authority()));
      isRefused(plain, environment, reason);
    }
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    try (TlsRemote tls = tls("dns:git.example")) {
      Upstream upstream = Upstream.of(tls.url("remote.git"), "main").knownBy(tls.authority());
      isRefused(upstream, Map.of(), ": its certificate is of no authority that counts");
    }
  }

  @Test
  void aRemoteThatAsksForAPasswordIsNotAnsweredAndNobodyElseIs() throws Exception {
    try (TlsRemote tls = tls("ip:127.0.0.1")) {
      Upstream upstream = Upstream.of(tls.url("remote.git"), "main").knownBy(tls.authority());
      tls.answers(401, "WWW-Authenticate", "Basic realm=\"made-up\"");
      Path asked = folder.resolve("asked");
      Map<String, String> person = new HashMap<>(configured(asked));
      person.put("GIT_ASKPASS", program("askpass", asked));
      person.put("SSH_ASKPASS", program("askpass", asked));
      isRefused(
          upstream,
          person,
          ": it asks who you are; name a token in the vault by --token, or use ssh");
      assertThat(asked).doesNotExist();
    }
  }

  @Test
  void aRedirectToPlainHttpIsNotFollowed() throws Exception {
    try (TlsRemote tls = tls("ip:127.0.0.1");
        ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Upstream upstream = Upstream.of(tls.url("remote.git"), "main").knownBy(tls.authority());
      tls.answers(
          302,
          "Location",
          "http://127.0.0.1:"
              + plain.getLocalPort()
              + "/remote.git/info/refs?service=git-upload-pack");
      isRefused(upstream, Map.of(), "");
      plain.setSoTimeout(1);
      assertThatThrownBy(plain::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void settingsOfTheRepositoryAndTheAgentDoNotTouchTls() throws Exception {
    try (TlsRemote tls = tls("ip:127.0.0.1");
        ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String address = "http://127.0.0.1:" + proxy.getLocalPort();
      String url = tls.url("remote.git");
      git(clone, "config", "http.proxy", address);
      git(clone, "config", "http." + url + ".proxy", address);
      git(clone, "config", "url." + address + "/.insteadOf", "https://");
      Map<String, String> person = new HashMap<>(configured(folder.resolve("asked")));
      person.put("https_proxy", address);
      person.put("HTTPS_PROXY", address);
      person.put("ALL_PROXY", address);
      follows(Upstream.of(url, "main").knownBy(tls.authority()), person);
      proxy.setSoTimeout(1);
      assertThatThrownBy(proxy::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  // ssh

  @Test
  void aBranchIsFollowedOverSshByTheHostKeyThatAPersonNamed() throws Exception {
    try (SshRemote ssh = SshRemote.start(folder.resolve("ssh"));
        Agent agent = Agent.with(ssh.personKey(), folder)) {
      follows(known(ssh, ssh.hostKey()), agent.person());
    }
  }

  @Test
  void aHostKeyThatIsNotKnownOrNotTheKnownOneIsRefusedAndNotLearned() throws Exception {
    try (SshRemote ssh = SshRemote.start(folder.resolve("ssh"));
        Agent agent = Agent.with(ssh.personKey(), folder)) {
      Upstream plain = Upstream.of(ssh.url(remote), "main");
      String unknown =
          ": its host key is not known; connect to it once by ssh, or name a file by --known-by";
      isRefused(plain, agent.person(), unknown);
      isRefused(plain, agent.person(), unknown);
      isRefused(
          plain.knownBy(("elsewhere.example " + keyOf(ssh.hostKey())).getBytes(UTF_8)),
          agent.person(),
          unknown);
      isRefused(
          known(ssh, Path.of(ssh.personKey() + ".pub")),
          agent.person(),
          ": its host key is not the known one; whoever runs the host knows why");
    }
  }

  @Test
  void aRemoteThatKnowsNoKeyOfThePersonIsNotAnsweredAndNobodyIsAsked() throws Exception {
    try (SshRemote ssh = SshRemote.start(folder.resolve("ssh"))) {
      Path asked = folder.resolve("asked");
      Map<String, String> person =
          Map.of(
              "SSH_ASKPASS", program("askpass", asked),
              "SSH_ASKPASS_REQUIRE", "force",
              "DISPLAY", ":9");
      isRefused(known(ssh, ssh.hostKey()), person, ": it lets none of your ssh keys in");
      assertThat(asked).doesNotExist();
    }
  }

  @Test
  void settingsOfTheRepositoryAndTheAgentDoNotTouchSsh() throws Exception {
    try (SshRemote ssh = SshRemote.start(folder.resolve("ssh"));
        Agent agent = Agent.with(ssh.personKey(), folder)) {
      Path asked = folder.resolve("asked");
      String program = program("ssh-of-the-agent", asked);
      git(clone, "config", "core.sshCommand", program);
      git(clone, "config", "remote.origin.uploadpack", program);
      git(clone, "config", "url.file://" + clone + ".insteadOf", ssh.url(remote));
      git(clone, "config", "url.ssh://elsewhere.invalid/.insteadOf", "ssh://");
      Map<String, String> person = new HashMap<>(agent.person());
      person.putAll(configured(asked));
      person.put("GIT_SSH", program);
      person.put("GIT_SSH_COMMAND", program);
      person.put("PATH", Objects.requireNonNull(Path.of(program).getParent()).toString());
      follows(known(ssh, ssh.hostKey()), person);
      assertThat(asked).doesNotExist();
    }
  }

  @Test
  void whatARemoteIsKnownByIsOfItsTransport() throws Exception {
    Upstream https = Upstream.of("https://example.org/a.git", "main");
    Upstream ssh = Upstream.of("git@example.org:a.git", "main");
    byte[] pem = "-----BEGIN CERTIFICATE-----\nAAAA\n".getBytes(UTF_8);
    byte[] line = "example.org ssh-ed25519 AAAA\n".getBytes(UTF_8);
    assertThat(https.knownBy(pem)).isNotEqualTo(https);
    assertThat(ssh.knownBy(line).knownBy()).contains("example.org ssh-ed25519 AAAA\n");
    for (byte[] wrong : List.of(line, new byte[0], "é".getBytes(UTF_8))) {
      assertThatThrownBy(() -> https.knownBy(wrong)).isInstanceOf(FollowException.class);
    }
    for (byte[] wrong : List.of(pem, new byte[0], new byte[Upstream.MAX_KNOWN_BY + 1])) {
      assertThatThrownBy(() -> ssh.knownBy(wrong)).isInstanceOf(FollowException.class);
    }
    Upstream local = Upstream.of("file:///srv/a.git", "main");
    assertThatThrownBy(() -> local.knownBy(line)).hasMessageContaining("known by its place");
  }

  private TlsRemote tls(String host) throws Exception {
    return TlsRemote.start(Objects.requireNonNull(remote.getParent()), folder.resolve("tls"), host);
  }

  private Upstream known(SshRemote ssh, Path key) throws Exception {
    return Upstream.of(ssh.url(remote), "main").knownBy(ssh.known(key));
  }

  private static String keyOf(Path publicKey) throws Exception {
    return Files.readString(publicKey);
  }

  private String write(String name, byte[] content) throws Exception {
    return Files.write(folder.resolve(name), content).toString();
  }

  /** A program that leaves a mark where it is run. */
  private String program(String name, Path mark) throws Exception {
    Path program = Files.createDirectories(folder.resolve("bin")).resolve(name);
    Files.writeString(program, "#!/bin/sh\n/usr/bin/touch '" + mark + "'\nexit 1\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program.toString();
  }

  /** A home and variables that tell git and ssh to do otherwise. */
  private Map<String, String> configured(Path mark) throws Exception {
    Path of = Files.createDirectories(folder.resolve("agent-home/.ssh"));
    String helper = program("helper", mark);
    Files.writeString(of.resolve("config"), "Host *\n  ProxyCommand " + helper + "\n");
    Path config = of.resolveSibling(".gitconfig");
    Files.writeString(
        config,
        "[credential]\n  helper = !%s\n[core]\n  sshCommand = %s\n  askPass = %s\n"
            .formatted(helper, helper, helper));
    return Map.of(
        "HOME", Objects.requireNonNull(of.getParent()).toString(),
        "XDG_CONFIG_HOME", Objects.requireNonNull(of.getParent()).toString(),
        "GIT_CONFIG_GLOBAL", config.toString(),
        "GIT_CONFIG_SYSTEM", config.toString(),
        "GIT_CONFIG_COUNT", "1",
        "GIT_CONFIG_KEY_0", "core.sshCommand",
        "GIT_CONFIG_VALUE_0", helper);
  }

  /** An ssh-agent that holds one key. */
  private record Agent(Process process, Path socket) implements AutoCloseable {
    static Agent with(Path key, Path folder) throws Exception {
      Path socket = folder.resolve("agent.sock");
      Process process =
          new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("agent.said").toFile())
              .start();
      Agent agent = new Agent(process, socket);
      while (process.isAlive() && !listens(socket)) {
        LockSupport.parkNanos(10_000_000);
      }
      run(folder, List.of("ssh-add", "-q", key.toString()), agent.person());
      return agent;
    }

    /** The socket is there a moment before anybody listens at it. */
    private static boolean listens(Path socket) {
      try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    Map<String, String> person() {
      return Map.of("SSH_AUTH_SOCK", socket.toString());
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
