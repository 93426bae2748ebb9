package dev.gatekeeper.cli.allowlist.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.signature.SignatureException;
import dev.gatekeeper.trust.signature.SignatureFolder;
import dev.gatekeeper.trust.signature.SshSignature;
import dev.gatekeeper.trust.signature.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper allowlist sign}: a reviewer's word, to be committed beside the list. */
@Command(
    name = "sign",
    description = {
      "Sign this project's list and lock with your SSH key.",
      "The signature is a file to commit. It counts for those who named your key by"
          + " 'allowlist trust --signers'. Use a key that your agent cannot use by itself: one with"
          + " a passphrase that no ssh-agent holds, or a security key."
    })
public final class AllowListSignCommand implements Callable<Integer> {
  /** The usual names, those of keys that need a touch first. */
  private static final List<String> USUAL =
      List.of("id_ed25519_sk", "id_ecdsa_sk", "id_ed25519", "id_ecdsa", "id_rsa");

  private final Console console;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Your private key, or the public one of a key in your ssh-agent.")
  private @Nullable Path key;

  @Option(names = "--print", description = "Print what would be signed, and sign nothing.")
  private boolean print;

  AllowListSignCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    Project project = Project.find(console.environment(), console.directory());
    Trust trust = new Trust(personal.home(), console.clock());
    Statement statement;
    try {
      statement = trust.statement(project);
    } catch (TrustException e) {
      throw CommandFailure.cannotJudge(
          Console.printable(String.valueOf(e.getMessage())), "gatekeeper allowlist check");
    }
    console.out().print(new String(statement.bytes(), UTF_8));
    if (print) {
      return 0;
    }
    personal.refuseAgents("allowlist sign");
    byte[] text = new SshKeygen(console.environment()).sign(key(), statement.bytes());
    SshSignature signature = checked(text, statement);
    Path file = SignatureFolder.file(project.signatures(), statement.number(), signature.key());
    write(file, text);
    console.out().println("Signed by " + signature.key());
    console
        .out()
        .println(
            "Commit "
                + Console.printable(project.directory().relativize(file).toString())
                + " with the list.");
    if (!ReviewStanding.counts(signature, statement, trust, project, console.clock().instant())) {
      console
          .err()
          .println(
              "gatekeeper: warning: it counts for nothing here: the signers that you trusted have"
                  + " no such key, or not at this time");
      console
          .err()
          .println("gatekeeper: hint: --key FILE, or gatekeeper allowlist trust --signers FILE");
    }
    return 0;
  }

  /** What cannot be verified here is not written: nobody else could either. */
  private static SshSignature checked(byte[] text, Statement statement) throws CommandFailure {
    String why = "it is not of the statement";
    try {
      SshSignature signature = SshSignature.parse(text);
      if (signature.verifies(statement.bytes(), Statement.NAMESPACE)) {
        return signature;
      }
    } catch (SignatureException e) {
      why = "it " + e.getMessage();
    }
    throw CommandFailure.cannotJudge(
        "the signature does not count: " + Console.printable(why),
        "gatekeeper allowlist sign --key FILE");
  }

  private static void write(Path file, byte[] text) throws IOException {
    for (Path at = file.getParent();
        at != null && !at.endsWith(Project.FOLDER);
        at = at.getParent()) {
      if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)
          && !Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(at + " is not a directory");
      }
    }
    Files.createDirectories(file.resolveSibling(""));
    DurableFile.replace(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private Path key() throws CommandFailure {
    if (key != null) {
      return console.directory().resolve(key);
    }
    Path folder = Path.of(console.environment().getOrDefault("HOME", "/")).resolve(".ssh");
    for (String name : USUAL) {
      if (Files.exists(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw CommandFailure.usage(
        "there is no SSH key in " + Console.printable(folder.toString()),
        "gatekeeper allowlist sign --key FILE");
  }
}
