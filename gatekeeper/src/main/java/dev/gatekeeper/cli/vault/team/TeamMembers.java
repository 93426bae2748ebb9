package dev.gatekeeper.cli.vault.team;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.team.OpenTeam;
import dev.gatekeeper.team.TeamFile;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What {@code init}, {@code status}, {@code slot} and {@code rekey} do with {@code --team}. */
public final class TeamMembers {
  private final Console console;

  /** On this console. */
  public TeamMembers(Console console) {
    this.console = console;
  }

  /**
   * {@code gatekeeper vault init --team}.
   *
   * @param label of the first member; empty for the user's name
   */
  public int init(String label) throws CommandFailure, VaultException, IOException {
    PersonalVault vaults = PersonalVault.of(console);
    vaults.refuseAgents("vault init --team");
    TeamPlace place = TeamSession.place(console);
    if (place.exists()) {
      throw CommandFailure.no(
          TeamPlace.FILE + " is there already", "gatekeeper vault status --team");
    }
    String name = label.isEmpty() ? userName() : label;
    try (OpenVault personal = vaults.open();
        AuditLog log = vaults.log()) {
      personal.recordingTo(vaults.recording(log, personal));
      try (TeamIdentity identity = TeamIdentity.need(personal);
          OpenTeam _ =
              OpenTeam.create(
                  vaults.home(),
                  place,
                  identity,
                  name,
                  personal.presence(),
                  change -> TeamSession.record(log, change))) {
        vaults.prints().renew(personal);
        console.out().println("Created " + Console.printable(place.file().toString()) + ".");
        console.out().println("Its one member is " + name + ", you:");
        print(identity.publicIdentity());
      }
    }
    console.out().println("Next: gatekeeper vault merge --install, then commit both files.");
    console
        .out()
        .println("A teammate types gatekeeper vault identity and sends you what it prints; then");
    console.out().println("gatekeeper vault slot add --team LABEL --recipient IDENTITY");
    return 0;
  }

  private String userName() {
    String name = console.environment().getOrDefault("USER", "").toLowerCase(Locale.ROOT);
    return name.matches("[a-z0-9][a-z0-9._-]{0,31}") ? name : "first";
  }

  /** Prints the word to be sent, and what to compare it by. */
  void print(PublicIdentity identity) {
    console.out().println("  identity     " + identity.text());
    console.out().println("  fingerprint  " + identity.fingerprint());
  }

  /** {@code gatekeeper vault slot add --team}. */
  public int add(String label, String identity) throws CommandFailure, VaultException, IOException {
    PersonalVault.of(console).refuseAgents("vault slot add");
    PublicIdentity person = PublicIdentity.parse(identity);
    try (TeamSession session = TeamSession.open(console)) {
      session.team().add(label, person);
      console
          .out()
          .println(
              "Let "
                  + label
                  + " in: "
                  + person.fingerprint()
                  + ". Compare this with them by voice.");
      console
          .out()
          .println(
              "They read every secret of the team vault once the file is committed and pushed.");
    }
    return 0;
  }

  /** {@code gatekeeper vault slot remove --team}. */
  public int remove(String label, boolean json) throws CommandFailure, VaultException, IOException {
    PersonalVault.of(console).refuseAgents("vault slot remove");
    try (TeamSession session = TeamSession.open(console)) {
      session.team().removeMember(label);
      List<String> names = session.secrets().stream().map(secret -> secret.name()).toList();
      if (json) {
        JsonWriter object = Json.object().put("removed", label);
        object.array("rotate", array -> names.forEach(name -> array.add("team:" + name)));
        console.print(object);
        return 0;
      }
      console.out().println("Removed " + label + ". What is written from now on is not theirs.");
      console
          .out()
          .println("Commit and push the file: until a clone has it, " + label + " counts there.");
      if (!names.isEmpty()) {
        console
            .out()
            .println("They know these, and git's history keeps what they can open. Replace each");
        console.out().println("where it is valid, then gatekeeper vault put --team NAME:");
        names.forEach(name -> console.out().println("  " + name));
      }
    }
    return 0;
  }

  /** {@code gatekeeper vault rekey --team}. */
  public int rekey() throws CommandFailure, VaultException, IOException {
    PersonalVault.of(console).refuseAgents("vault rekey");
    try (TeamSession session = TeamSession.open(console)) {
      session.team().rekey();
      console.out().println("The team vault has another key. Commit and push the file.");
    }
    return 0;
  }

  /** {@code gatekeeper vault slot list --team}; asks for no passphrase. */
  public int list(boolean json) throws VaultException, IOException {
    TeamFile file = file();
    for (Member member : file.header().members()) {
      if (json) {
        console.print(
            Json.object()
                .put("label", member.label())
                .put("kind", "recipient")
                .put("identity", member.identity().text())
                .put("fingerprint", member.identity().fingerprint())
                .put("since", member.since()));
      } else {
        console.out().println(member.identity().fingerprint() + "  " + member.label());
      }
    }
    return counts(file);
  }

  /** {@code gatekeeper vault status --team}; asks for no passphrase. */
  public int status(boolean json) throws CommandFailure, VaultException, IOException {
    TeamPlace place = TeamSession.place(console);
    if (!place.exists()) {
      throw CommandFailure.no("this project has no team vault", "gatekeeper vault init --team");
    }
    TeamFile file = file();
    if (json) {
      JsonWriter object = Json.object().put("file", place.file().toString());
      object.put("id", file.header().id()).put("generation", file.header().generation());
      object.put("writer", file.writer().label());
      object.array(
          "members", array -> file.header().members().forEach(one -> array.add(one.label())));
      object.put("counts", file.fault().isEmpty()).put("old", file.old());
      console.print(object);
      return counts(file);
    }
    show(file);
    console.out().println("file         " + Console.printable(place.file().toString()));
    return counts(file);
  }

  /** What the file says, by which a person decides whether it is the team's. */
  void show(TeamFile file) {
    console.out().println("id           " + file.header().id());
    console
        .out()
        .println(
            "generation   "
                + file.header().generation()
                + (file.old() ? ", older than one that was seen here" : ""));
    console.out().println("written by   " + file.writer().label());
    for (Member member : file.header().members()) {
      console
          .out()
          .println("member       " + member.identity().fingerprint() + "  " + member.label());
    }
    file.header()
        .removed()
        .forEach(
            one ->
                console
                    .out()
                    .println("removed      " + one.identity().fingerprint() + "  " + one.label()));
  }

  private TeamFile file() throws VaultException, IOException {
    return TeamFile.read(PersonalVault.of(console).home(), TeamSession.place(console));
  }

  private int counts(TeamFile file) throws VaultException {
    if (file.fault().isPresent()) {
      throw file.fault().get();
    }
    return 0;
  }
}
