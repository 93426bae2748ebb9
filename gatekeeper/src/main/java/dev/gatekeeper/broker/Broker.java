package dev.gatekeeper.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.source.Source;
import dev.gatekeeper.trust.follow.Tokens;
import dev.gatekeeper.vault.Presence;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Resolves the references of one launch. A value reaches only the variable that names it, after the
 * log durably says so, and after the redactor knows it.
 */
public final class Broker implements AutoCloseable {
  /** Names of what a session with a remote server is given, for {@link Launch#value}. */
  public static final String URL = "url";

  /** Before the name of a header, in lower case. */
  public static final String HEADER = "headers.";

  /** The key with which the tokens of its login are sealed. */
  public static final String LOGIN = "oauth.login";

  public static final String CLIENT_SECRET = "oauth.clientSecret";

  private final Home home;
  private final Opening opening;
  private final Sources sources;
  private final Outstanding outstanding;
  private final PresentVault present;
  private final AuditLog audit;
  private final Redactor redactor;
  private boolean swept;

  /**
   * @param passphrases must not ask a person: an agent is waiting
   * @param redactor learns each value before it is released, and knows it until it is closed
   */
  public Broker(Home home, PassphraseSource passphrases, AuditLog audit, Redactor redactor) {
    this(home, passphrases, audit, redactor, System::nanoTime);
  }

  Broker(
      Home home,
      PassphraseSource passphrases,
      AuditLog audit,
      Redactor redactor,
      LongSupplier nanoTime) {
    this.home = home;
    this.present = new PresentVault(home, audit.prints());
    this.opening = new Opening(home, passphrases, nanoTime);
    this.sources = new Sources(home, opening);
    this.outstanding = new Outstanding(home, opening::close);
    this.audit = audit;
    this.redactor = redactor;
  }

  /** Where the vault lies. */
  public Home home() {
    return home;
  }

  /**
   * Does on a thread of its own what else the first launch would wait for: compares the vault with
   * the log, which takes half a second for 70 MB, and deletes what a killed process left. A launch
   * meanwhile waits for it; what it finds counts for no launch, each looks again.
   *
   * @param secrets whether a launch is likely to need one: then opening the vault is made ready,
   *     too
   */
  public void prepare(LaunchContext context, boolean secrets) {
    Thread.ofPlatform()
        .daemon()
        .name("gatekeeper-ahead")
        .start(
            () -> {
              sweep(context.environment());
              present.readAhead();
              if (secrets) {
                opening.warm(context);
              }
            });
  }

  /**
   * What a server is born with.
   *
   * @param server of a list that is in force
   */
  public Launch launch(StdioServer server, LaunchContext context) throws BrokerException {
    return assemble(server.name(), server.program(), List.of(), !server.redact(), context);
  }

  /**
   * What a session with a remote server is given, under the names {@link #URL} and so on. It has
   * the values until the session ends: so long the launch stays open.
   *
   * @param server of a list that is in force
   * @param login what the caller has of a person's login, where its entry names one
   */
  public Launch session(HttpServer server, Login login, LaunchContext context)
      throws BrokerException {
    boolean byPerson =
        server.oauth().map(OAuth::grant).equals(Optional.of(OAuth.Grant.AUTHORIZATION_CODE));
    if (byPerson && login == Login.NONE) {
      outstanding.admit(server.oauth().orElseThrow().key().toString());
      throw BrokerException.needsLogin(server.name()); // whether or not the vault is open
    }
    SortedMap<String, Template> values = new TreeMap<>();
    values.put(URL, server.url());
    server.headers().forEach((header, value) -> values.put(HEADER + header, value));
    server
        .oauth()
        .ifPresent(
            oauth -> {
              if (byPerson && login == Login.KEPT) {
                values.put(LOGIN, Template.of(oauth.key()));
              }
              oauth
                  .clientSecret()
                  .ifPresent(secret -> values.put(CLIENT_SECRET, Template.of(secret)));
            });
    Program session = Program.of(List.of(server.name()), values, Collections.emptySortedMap());
    return byPerson && login == Login.OWN
        ? switched(server, session, !server.redact(), context)
        : assemble(server.name(), session, List.of(), !server.redact(), context);
  }

  /**
   * What a login of one session needs, under the names of {@link Launch#value}: the secret of the
   * entry's client, where there is one. It ends when the vault is closed, with a secret or without.
   *
   * @param server of a list that is in force
   */
  public Launch ownLogin(
      HttpServer server, SortedMap<String, Reference> places, LaunchContext context)
      throws BrokerException {
    return switched(server, values(server, places), false, context);
  }

  /** Tokens that no vault gave are as secret as those of one, and end by the same switch. */
  private Launch switched(HttpServer server, Program program, boolean weak, LaunchContext context)
      throws BrokerException {
    if (!program.references().isEmpty()) {
      return assemble(server.name(), program, List.of(), weak, context);
    }
    Kernel.harden();
    String login = server.oauth().orElseThrow().key().toString();
    outstanding.admit(login);
    return outstanding.add(assemble(server.name(), program, List.of(), weak, context), login);
  }

  /**
   * What a command is born with.
   *
   * @param command of a list that is in force
   * @param further arguments that the command's rule has let through
   */
  public Launch launch(Command command, List<String> further, LaunchContext context)
      throws BrokerException {
    return assemble("run:" + command.name(), command.program(), further, false, context);
  }

  /**
   * What a program that no list names is born with, because a person is present and says so.
   *
   * @param program as a person typed it
   */
  public Launch launch(Program program, Presence proof, LaunchContext context)
      throws BrokerException {
    return ofPerson("run", program, proof, context);
  }

  private Launch ofPerson(String name, Program program, Presence proof, LaunchContext context)
      throws BrokerException {
    sweep(context.environment());
    present.require(name);
    outstanding.admit(program.references().first().toString());
    Map<String, Source> given = new HashMap<>();
    for (Reference reference : program.references()) {
      if (!given.containsKey(reference.scheme())) {
        given.put(
            reference.scheme(),
            sources.ofPerson(reference, proof.vault(), program.references(), context));
      }
    }
    return held(new Assembly(name, home, given, audit, redactor, context), program, List.of());
  }

  /**
   * Values for arguments of a call, under the names of {@link Launch#value}. They are granted to
   * the server, which has them from the call until its process or session ends: so long the launch
   * stays open.
   *
   * @param server of a list that is in force, which allows each reference where it stands
   */
  public Launch arguments(Server server, SortedMap<String, Reference> places, LaunchContext context)
      throws BrokerException {
    return assemble(server.name(), values(server, places), List.of(), !server.redact(), context);
  }

  /**
   * What a remote server's login needs, under the names of {@link Launch#value}. It is granted to
   * the server, which has it until the launch is closed.
   *
   * @param server of a list that is in force
   */
  public Launch credentials(
      HttpServer server, SortedMap<String, Reference> places, LaunchContext context)
      throws BrokerException {
    return assemble(server.name(), values(server, places), List.of(), false, context);
  }

  /** The same for a command of a person, who opens the vaults. */
  public Launch credentials(
      HttpServer server, SortedMap<String, Reference> places, Presence proof, LaunchContext context)
      throws BrokerException {
    return ofPerson(server.name(), values(server, places), proof, context);
  }

  /**
   * Tokens for the private remotes of branches that rules in force follow. Each is granted to its
   * remote until it is closed.
   */
  public Tokens tokens(LaunchContext context) {
    return new GrantedTokens((name, program) -> assemble(name, program, List.of(), false, context));
  }

  /** The same for a command of a person, who opens the vault. */
  public Tokens tokens(Presence proof, LaunchContext context) {
    return new GrantedTokens((name, program) -> ofPerson(name, program, proof, context));
  }

  private static Program values(Server server, SortedMap<String, Reference> places) {
    SortedMap<String, Template> values = new TreeMap<>();
    places.forEach((place, reference) -> values.put(place, Template.of(reference)));
    return Program.of(List.of(server.name()), values, Collections.emptySortedMap());
  }

  private Launch assemble(
      String name, Program program, List<String> further, boolean weak, LaunchContext context)
      throws BrokerException {
    sweep(context.environment());
    present.require(name);
    if (!program.references().isEmpty()) {
      Kernel.harden(); // before the first value is in memory, wherever it comes from
      outstanding.admit(program.references().first().toString());
    }
    try {
      Map<String, Source> given = new HashMap<>();
      for (Reference reference : program.references()) {
        if (!given.containsKey(reference.scheme())) {
          given.put(reference.scheme(), sources.of(reference, name, program.references(), context));
        }
      }
      Assembly assembly = new Assembly(name, home, given, audit, redactor, context).withWeak(weak);
      return held(assembly, program, further);
    } catch (BrokerException e) {
      throw lacksLogin(program, e) ? BrokerException.needsLogin(name) : e;
    }
  }

  /**
   * Whether the key of a login is not in the vault, for which another secret would be put there. A
   * vault that is locked, or cannot be read, is no reason to log in.
   */
  private static boolean lacksLogin(Program program, BrokerException e) {
    return Optional.ofNullable(program.env().get(LOGIN)).stream()
        .flatMap(key -> key.references().stream())
        .anyMatch(key -> e.hint().equals(Optional.of(VaultSource.putting(key))));
  }

  /** A launch that has secrets is known until it is closed: so long it can be revoked. */
  private Launch held(Assembly assembly, Program program, List<String> further)
      throws BrokerException {
    Launch launch = assembly.of(program, further);
    return program.references().isEmpty()
        ? launch
        : outstanding.add(launch, program.references().first().toString());
  }

  private synchronized void sweep(Map<String, String> environment) {
    if (!swept) {
      swept = true;
      SecretFiles.sweep(home, environment);
    }
  }

  /** Wipes the vault's key. Launches stay as they are: each is closed by its owner. */
  @Override
  public void close() {
    outstanding.close();
    opening.close();
  }

  /** UTF-8, for names and literals. */
  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
