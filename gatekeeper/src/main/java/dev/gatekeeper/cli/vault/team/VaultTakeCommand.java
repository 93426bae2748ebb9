package dev.gatekeeper.cli.vault.team;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.team.Handover;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.SecretName;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper vault take}. */
@Command(
    name = "take",
    description = {
      "Store a secret that somebody gave you: paste the text, then type Ctrl-D.",
      "Compare the giver's fingerprint: whoever knows your identity can seal anything to it."
    })
public final class VaultTakeCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--as", paramLabel = "NAME", description = "Another name than the giver's.")
  private @Nullable String as;

  @Option(names = "--replace", description = "Also where you have a secret of that name.")
  private boolean replace;

  VaultTakeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault vaults = PersonalVault.of(console);
    vaults.refuseAgents("vault take");
    String text = new String(console.in().readNBytes(Handover.MAX_CHARACTERS), UTF_8);
    try (OpenVault personal = vaults.open();
        AuditLog log = vaults.log();
        TeamIdentity identity = TeamSession.identity(personal);
        Handover given = Handover.take(text, identity)) {
      String name = as == null ? given.name() : as;
      if (!SecretName.isValid(name)) {
        throw CommandFailure.usage(
            "that is no name for a secret", "gatekeeper vault take --as NAME");
      }
      if (!replace && personal.secrets().stream().anyMatch(secret -> secret.name().equals(name))) {
        throw CommandFailure.no(
            "the vault has a secret " + name + " already",
            "gatekeeper vault take --as NAME, or --replace");
      }
      VaultGiveCommand.record(log, "take " + given.giver().fingerprint(), "secret:" + name);
      personal
          .recordingTo(vaults.recording(log, personal))
          .putAll(Map.of(name, given.value()), given.attributes(), console.clock().instant());
      console.out().println("Stored " + name + ", given by " + given.giver().fingerprint() + ".");
    }
    return 0;
  }
}
