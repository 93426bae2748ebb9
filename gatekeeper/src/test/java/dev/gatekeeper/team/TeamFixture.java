package dev.gatekeeper.team;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** People, each with a home, a personal vault and an identity, and a project of each. */
public final class TeamFixture {
  private TeamFixture() {}

  /** One person at one machine. */
  public static final class Person implements AutoCloseable {
    public final String label;
    public final Home home;
    public final OpenVault personal;
    public final TeamIdentity identity;
    public final TeamPlace place;

    /** In a folder of theirs. */
    public Person(Path folder, String label) throws Exception {
      this.label = label;
      Path own = Files.createDirectory(folder.toRealPath().resolve(label));
      this.home = Home.locate(Map.of("GATEKEEPER_HOME", own.resolve("home").toString()));
      this.personal = VaultFixture.create(home.resolve("vault"));
      this.identity = TeamIdentity.need(personal);
      this.place = new TeamPlace(Files.createDirectory(own.resolve("project")), Optional.empty());
    }

    /** Opens the project's vault. */
    public OpenTeam open() throws VaultException {
      return OpenTeam.open(home, place, identity);
    }

    /** Makes it, as its one member. */
    public OpenTeam create() throws VaultException {
      return OpenTeam.create(home, place, identity, label, personal.presence(), change -> {});
    }

    /** Takes the file that is there as the team's. */
    public void accept() throws VaultException {
      OpenTeam.accept(home, place, TeamFile.read(home, place).digest(), personal.presence());
    }

    /** Takes the file of another person, as git would. */
    public void pull(Person other) throws Exception {
      write(Files.readAllBytes(other.place.file()));
    }

    /** Writes a file, whatever it is. */
    public void write(byte[] file) throws Exception {
      Files.createDirectories(place.file().getParent());
      Files.write(place.file(), file);
    }

    /** The file. */
    public byte[] file() throws Exception {
      return Files.readAllBytes(place.file());
    }

    /** Stores one made-up value. */
    public Change put(String name, String value) throws VaultException {
      try (OpenTeam team = open()) {
        return TeamFixture.put(team, name, value);
      }
    }

    /** The made-up value behind a name. */
    public String value(String name) throws VaultException {
      try (OpenTeam team = open()) {
        return TeamFixture.value(team, name);
      }
    }

    /** Lets somebody in. */
    public void add(Person other) throws VaultException {
      try (OpenTeam team = open()) {
        Change _ = team.add(other.label, other.identity.publicIdentity());
      }
    }

    /** Removes somebody. */
    public void remove(String other) throws VaultException {
      try (OpenTeam team = open()) {
        Change _ = team.removeMember(other);
      }
    }

    @Override
    public void close() {
      identity.close();
      personal.close();
    }
  }

  /** Stores one made-up value. */
  public static Change put(OpenTeam team, String name, String value) throws VaultException {
    try (SecretValue secret = SecretValue.taking(value.getBytes(UTF_8))) {
      return team.putAll(Map.of(name, secret), Map.of(), NOW);
    }
  }

  /** The made-up value behind a name. */
  public static String value(OpenTeam team, String name) throws VaultException {
    StringBuilder text = new StringBuilder();
    try (SecretValue secret = team.reveal(name)) {
      secret.revealTo(bytes -> text.append(new String(bytes, UTF_8)));
    }
    return text.toString();
  }
}
