package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.trust.Following;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.follow.Credential;
import dev.gatekeeper.trust.follow.PrivateBranch;
import dev.gatekeeper.trust.follow.TlsRemote;
import dev.gatekeeper.trust.follow.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a session has of a private branch, and how it gets at it. */
final class FollowingSession implements AutoCloseable {
  /** What the remote is to be asked with. */
  static final String GIVEN = TlsRemote.basic(Credential.USER, PrivateBranch.TOKEN);

  private final PrivateBranch branch;
  private final Map<String, String> environment;
  private final AuditLog log;
  private final Following following;
  private final Broker broker;

  FollowingSession(PrivateBranch branch, Map<String, String> environment, Redactor redactor)
      throws Exception {
    this.branch = branch;
    this.environment = environment;
    log = AuditLog.open(branch.home().resolve("audit"), AuditOptions.of(new AuditContext()));
    following = new Following(branch.home(), Project.find(branch.project()), environment);
    broker = new Broker(branch.home(), PassphraseSource.nonInteractive(environment), log, redactor);
  }

  Tokens tokens() {
    return broker.tokens(new LaunchContext(branch.project(), environment));
  }

  /** Asks; why there was no answer, or nothing. */
  String refresh() {
    return refreshBy(tokens());
  }

  String refreshBy(Tokens tokens) {
    following.refresh(tokens);
    return following.obstacle().orElse("");
  }

  InForce inForce() {
    return following.inForce(new Trust(branch.home()));
  }

  boolean isWide() {
    return inForce().list().servers().values().stream().anyMatch(it -> !it.secrets().isEmpty());
  }

  /** As it is, and as the header has it. */
  static void holdsNoToken(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        holdsNoToken(file.toString(), Files.readString(file, ISO_8859_1));
      }
    }
  }

  static void holdsNoToken(String where, String text) {
    String encoded = GIVEN.substring("Basic ".length());
    assertThat(text.contains(PrivateBranch.TOKEN) || text.contains(encoded)).as(where).isFalse();
  }

  @Override
  public void close() {
    broker.close();
    log.close();
  }
}
