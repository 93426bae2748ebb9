package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the user of the test in the administrator's place. */
final class PinnedIdentityTest {
  @TempDir Path folder;
  private Home home;
  private Path project;
  private Path pins;
  private PinnedIdentity pinned;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    pins = Files.createDirectory(folder.resolve("pins"));
    pinned = new PinnedIdentity(pins, OwnerOnly.user());
    project = Files.createDirectories(folder.resolve("project"));
    Files.createDirectory(project.resolve(".gatekeeper"));
    Files.writeString(project.resolve(".gatekeeper/allowlist.json"), "{\"version\": 1}");
    home = trusting("home");
    assertThat(inForce(home, pinned)).isInstanceOf(InForce.Trusted.class);
  }

  /** A home whose vault trusts the project. */
  private Home trusting(String name) throws Exception {
    Home made = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve(name).toString()));
    VaultFixture.create(made.resolve("vault")).close();
    Project found = Project.find(project);
    try (OpenVault vault = VaultFixture.open(made.resolve("vault"))) {
      Trust trust = new Trust(made);
      trust.trust(trust.propose(found, false), found, vault.presence(), NOW);
    }
    return made;
  }

  private void pin() throws Exception {
    String line = "key trust ed25519 " + VaultFile.in(home).header().trustPublicKey() + "\n";
    assertThat(Files.readString(home.resolve("vault"))).contains(line);
    Files.writeString(pinned.file(), line);
  }

  private InForce inForce(Home of, PinnedIdentity by) throws Exception {
    return new Trust(of, InstantSource.fixed(NOW), by).inForce(Project.find(project));
  }

  @Test
  void thePinnedVaultCounts() throws Exception {
    pin();
    assertThat(inForce(home, pinned)).isInstanceOf(InForce.Trusted.class);
  }

  @Test
  void aVaultOfAnotherHomeDoesNotCount() throws Exception {
    Home other = trusting("other");
    assertThat(inForce(other, pinned)).isInstanceOf(InForce.Trusted.class);
    pin();

    assertThat(inForce(other, pinned)).isInstanceOf(InForce.NotTrusted.class);
    assertThat(inForce(other, pinned).text()).contains("the administrator pinned");
  }

  @Test
  void aVaultInThePlaceOfThePersonsDoesNotCountNorSign() throws Exception {
    pin();
    Home other = trusting("other");
    for (String name : new String[] {"vault", "trust.json"}) {
      Files.write(home.resolve(name), Files.readAllBytes(other.resolve(name)));
    }

    assertThat(inForce(home, pinned)).isInstanceOf(InForce.NotTrusted.class);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home, InstantSource.fixed(NOW), pinned);
      Project found = Project.find(project);
      assertThatThrownBy(
              () -> trust.trust(trust.propose(found, false), found, vault.presence(), NOW))
          .isInstanceOf(TrustException.class);
    }
  }

  @Test
  void aPinThatOthersCouldHaveWrittenIsAFaultAndNotIgnored() throws Exception {
    pin();
    Files.setPosixFilePermissions(pinned.file(), PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(inForce(home, pinned).text()).contains("writable by others");

    Files.setPosixFilePermissions(pinned.file(), PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(pins, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(inForce(home, pinned).text()).contains("writable by others");

    Files.setPosixFilePermissions(pins, PosixFilePermissions.fromString("rwxr-xr-x"));
    PinnedIdentity byAnother = new PinnedIdentity(pins, OwnerOnly.user() + 1);
    assertThat(inForce(home, byAnother).text()).contains("belongs to another user");
  }

  @Test
  void anEmptyPinOrALinkCountsForNobody() throws Exception {
    Files.writeString(pinned.file(), "");
    assertThat(inForce(home, pinned)).isInstanceOf(InForce.NotTrusted.class);
    Files.delete(pinned.file());
    Files.createSymbolicLink(pinned.file(), home.resolve("vault"));
    assertThat(inForce(home, pinned)).isInstanceOf(InForce.NotTrusted.class);
  }
}
