package dev.gatekeeper.cli.vault.team;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalPrints;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.team.OpenTeam;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The team's vault of the project around, opened through the person's. */
public final class TeamSession implements SecretStore {
  private final OpenVault personal;
  private final TeamIdentity identity;
  private final OpenTeam team;
  private final AuditLog log;
  private final PersonalPrints prints;

  private TeamSession(
      OpenVault personal,
      TeamIdentity identity,
      OpenTeam team,
      AuditLog log,
      PersonalPrints prints) {
    this.prints = prints;
    this.personal = personal;
    this.identity = identity;
    this.team = team;
    this.log = log;
    team.recordingTo(change -> record(log, change));
  }

  static TeamSession open(Console console) throws CommandFailure, VaultException, IOException {
    PersonalVault vaults = PersonalVault.of(console);
    TeamPlace place = place(console);
    if (!place.exists()) {
      throw CommandFailure.cannotJudge(
          "this project has no team vault", "gatekeeper vault init --team");
    }
    OpenVault personal = vaults.open();
    try {
      TeamIdentity identity = identity(personal);
      try {
        OpenTeam team = OpenTeam.open(vaults.home(), place, identity);
        warn(console, team);
        return new TeamSession(personal, identity, team, vaults.log(), vaults.prints());
      } catch (VaultException e) {
        identity.close();
        throw e;
      }
    } catch (CommandFailure | VaultException e) {
      personal.close();
      throw e;
    }
  }

  /** Where the vault of the project around is, or belongs. */
  static TeamPlace place(Console console) throws IOException {
    return TeamPlace.of(Project.find(console.environment(), console.directory()).directory());
  }

  static TeamIdentity identity(OpenVault personal) throws CommandFailure, VaultException {
    Optional<TeamIdentity> identity = TeamIdentity.ofPresent(personal);
    return identity.orElseThrow(
        () ->
            CommandFailure.no(
                "you have no identity yet, so no team has let you in",
                "gatekeeper vault identity, and send what it prints to a teammate"));
  }

  private static void warn(Console console, OpenTeam team) {
    if (team.isOld()) {
      console
          .err()
          .println(
              "gatekeeper: warning: this team vault (generation "
                  + team.header().generation()
                  + ") is older than one that was seen here: an old branch, or rolled back");
    }
    if (!team.back().isEmpty()) {
      console
          .err()
          .println(
              "gatekeeper: warning: it still lets in "
                  + String.join(", ", team.back().stream().map(Member::label).toList())
                  + ", removed in a newer one");
    }
  }

  /** Writes a change of a team's vault into the log, durable before the vault is. */
  static void record(AuditLog log, Change change) throws VaultException {
    Entry entry =
        Entry.of(Event.VAULT_CHANGE)
            .with(Field.REASON, change.what())
            .with(Field.SOURCE, "team")
            .with(Field.GENERATION, change.generation())
            .with(Field.DIGEST, "sha256:" + change.digest())
            .with(Field.APPROVER, "passphrase");
    try {
      if (change.names().isEmpty()) {
        log.append(entry);
      }
      for (String name : change.names()) {
        log.append(entry.with(Field.SECRET, "team:" + name));
      }
    } catch (AuditException e) {
      throw new VaultException("no change without a record: " + e.fault().text());
    }
  }

  /** The vault itself. */
  public OpenTeam team() {
    return team;
  }

  @Override
  public String scheme() {
    return "team";
  }

  @Override
  public List<SecretInfo> secrets() {
    return team.secrets();
  }

  @Override
  public SecretValue reveal(String name) throws VaultException {
    return team.reveal(name);
  }

  @Override
  public Change putAll(Map<String, SecretValue> values, Map<String, String> about, Instant now)
      throws VaultException {
    return team.putAll(values, about, now);
  }

  @Override
  public Change remove(String name) throws VaultException {
    return team.remove(name);
  }

  /** What was changed meanwhile gets its fingerprints. */
  @Override
  public void close() {
    prints.renew(personal);
    log.close();
    team.close();
    identity.close();
    personal.close();
  }
}
