package dev.gatekeeper.cli.console;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.succession.Succession;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.auditor.Auditor;
import dev.gatekeeper.trust.auditor.OwnKeys;
import dev.gatekeeper.vault.ChangeRecord;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The person's vault and the log beside it, as commands use them: neither knows the other. */
public final class PersonalVault {
  private final Console console;
  private final Home home;

  private PersonalVault(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  public static PersonalVault of(Console console) throws IOException {
    return new PersonalVault(console, Home.locate(console.environment()));
  }

  public Home home() {
    return home;
  }

  public VaultFile file() {
    return VaultFile.in(home);
  }

  /**
   * The hurdle before every command that yields a secret or widens power. No proof: that is the
   * passphrase, which follows. Ancestors do not count where the passphrase is named by a file or
   * descriptor, as in CI.
   */
  public void refuseAgents(String command) throws CommandFailure {
    Map<String, String> environment = console.environment();
    boolean named =
        environment.containsKey(PassphraseSource.FILE_VARIABLE)
            || environment.containsKey(PassphraseSource.DESCRIPTOR_VARIABLE);
    Optional<String> agent =
        named ? AgentShell.detectByVariable(environment) : AgentShell.detect(environment);
    if (agent.isPresent()) {
      throw CommandFailure.no(
          command + " is for a person, and " + agent.get(),
          "type it in a terminal of your own, outside the agent");
    }
  }

  /**
   * Opens the vault: the proof of presence. Fingerprints that are stale are made anew. An older
   * vault in the place of the present one is refused: whoever changed it unaware would make it the
   * present one.
   */
  public OpenVault open() throws CommandFailure, VaultException {
    return open(console.passphrases());
  }

  /** As {@link #open()}, where somebody else asks for the passphrase. */
  public OpenVault open(PassphraseSource asking) throws CommandFailure, VaultException {
    if (file().exists()) {
      Succession succession = succession();
      if (!succession.holds()) {
        throw CommandFailure.no(succession.text(), Succession.HINT);
      }
    }
    OpenVault vault = opened(asking);
    prints().renew(vault);
    warnOfOwnAuditors(vault);
    return vault;
  }

  /**
   * Nobody is added with a key of the person's. An identity that comes into the vault later, as
   * with a copy that is put back, is seen here.
   */
  private void warnOfOwnAuditors(OpenVault vault) throws VaultException {
    try {
      List<Auditor> all = new Auditors(home).all();
      if (all.isEmpty()) {
        return;
      }
      OwnKeys own = ownKeys(vault);
      for (Auditor one : all) {
        if (own.holdsHalfOf(one)) {
          console
              .err()
              .println(
                  "gatekeeper: warning: the auditor "
                      + one.name()
                      + " has a key of your own, which what opens the vault without you has, too;"
                      + " type: gatekeeper audit auditor remove "
                      + one.name());
        }
      }
    } catch (TrustException e) {
      // Of a store that nobody believes nobody is an auditor.
    }
  }

  /** The public halves that are the person's own. */
  public static OwnKeys ownKeys(OpenVault vault) throws VaultException {
    Optional<TeamIdentity> identity = TeamIdentity.ofPresent(vault);
    try {
      return new OwnKeys(vault.header(), identity.map(it -> it.publicIdentity().sealKey()));
    } finally {
      identity.ifPresent(TeamIdentity::close);
    }
  }

  /** What is kept to recognise its values while it is closed. */
  public PersonalPrints prints() {
    return new PersonalPrints(console, home);
  }

  /** How the vault stands to what the log has seen. */
  public Succession succession() throws CommandFailure, VaultException {
    try {
      return seenVaults().judge(file());
    } catch (CannotJudge e) {
      throw CommandFailure.cannotJudge(
          "which vault is the present one cannot be judged: " + e.text(),
          "gatekeeper audit verify");
    }
  }

  /** As {@link #open}, for what says how old the vault is, or makes it the present one. */
  public OpenVault openOlder() throws CommandFailure, VaultException {
    return opened(console.passphrases());
  }

  private OpenVault opened(PassphraseSource asking) throws CommandFailure, VaultException {
    if (!file().exists()) {
      throw CommandFailure.cannotJudge("there is no vault yet", "gatekeeper vault init");
    }
    try (Passphrase passphrase = passphrase(asking, "Passphrase of the vault", false)) {
      return file().open(passphrase);
    }
  }

  /** The passphrase, from wherever the person put it. */
  public Passphrase passphrase(String prompt, boolean confirm)
      throws CommandFailure, VaultException {
    return passphrase(console.passphrases(), prompt, confirm);
  }

  private static Passphrase passphrase(PassphraseSource asking, String prompt, boolean confirm)
      throws CommandFailure, VaultException {
    return asking
        .ask(prompt, confirm)
        .orElseThrow(
            () ->
                CommandFailure.cannotJudge(
                    "the vault's passphrase is needed, and there is no terminal to ask for it",
                    "type this in a terminal, or name an owner-only file in "
                        + PassphraseSource.FILE_VARIABLE));
  }

  /**
   * Demands what an agent does not know before something that weakens evidence: the passphrase
   * where there is a vault, else a person's word at a terminal.
   */
  public void provePresence(String command) throws CommandFailure, VaultException {
    presence(command).ifPresent(OpenVault::close);
  }

  /** As {@link #provePresence}: the vault, open, where there is one. */
  public Optional<OpenVault> presence(String command) throws CommandFailure, VaultException {
    refuseAgents(command);
    if (file().exists()) {
      return Optional.of(open());
    }
    console.demandYes(
        "Do this (" + command + ")?",
        CommandFailure.cannotJudge(
            "there is no vault whose passphrase could be asked for, and no terminal",
            "type it in a terminal of your own"),
        CommandFailure.no("nothing was changed", "gatekeeper audit verify"));
    return Optional.empty();
  }

  /** The log, to be closed; a log that takes no record is said at the first one. */
  public AuditLog log() {
    return log(new AuditContext());
  }

  public AuditLog log(AuditContext context) {
    AuditOptions options = auditOptions(context);
    try {
      return AuditLog.open(home.resolve("audit"), options);
    } catch (AuditException e) {
      return AuditLog.unavailable(e.fault(), home.resolve("audit"), options);
    }
  }

  /** How the log is kept. */
  public AuditOptions auditOptions() {
    return auditOptions(new AuditContext());
  }

  private AuditOptions auditOptions(AuditContext context) {
    return AuditOptions.of(context)
        .clock(console.clock())
        .recipients(new Auditors(home)::recipients);
  }

  /**
   * Where changes of a vault are recorded: without a record, no change. After each one its
   * fingerprints are made anew.
   */
  public ChangeRecord recording(AuditLog log, OpenVault vault) throws VaultException {
    return new VaultRecord(log, seenVaults(), vault.header(), () -> prints().renew(vault));
  }

  /** The vaults that the log has seen written. */
  public SeenVaults seenVaults() {
    return new SeenVaults(home.resolve("audit"));
  }
}
