package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.report.source.ReportException;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The log, or what was kept of one, that a command is about. */
public final class NamedLog {
  /** Of the home: where the log lies. */
  public static final String DIRECTORY = "audit";

  /** Bytes of a checkpoint. */
  private static final int MAX_NOTE = 4096;

  private NamedLog() {}

  /** The directory that was named, or that of a bundle, or the one of the home. */
  public static Path directory(Console console, @Nullable Path named) throws IOException {
    return named == null
        ? Home.locate(console.environment()).resolve(DIRECTORY)
        : unpacked(console.directory().resolve(named));
  }

  /** A bundle is unpacked for as long as the process lives. */
  private static Path unpacked(Path named) throws IOException {
    if (!Files.isRegularFile(named)) {
      return named;
    }
    try {
      Sources bundle = Sources.open(List.of(named.toString()), named);
      Runtime.getRuntime().addShutdownHook(new Thread(bundle::close, "audit-bundle"));
      return bundle.all().getFirst().directory();
    } catch (ReportException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** A checkpoint that was kept in a file, or is pasted into standard input ({@code -}). */
  static SignedCheckpoint checkpoint(Console console, Path named)
      throws IOException, CommandFailure {
    byte[] kept =
        named.toString().equals("-")
            ? console.in().readNBytes(MAX_NOTE)
            : DurableFile.readBounded(console.directory().resolve(named), MAX_NOTE);
    return SignedCheckpoint.parseOne(asPrinted(kept))
        .orElseThrow(() -> cannotJudge(named + " is not a checkpoint, or a damaged one"));
  }

  /** Mail, chats and editors change line ends, indent, and add or drop what is blank around. */
  private static byte[] asPrinted(byte[] pasted) {
    String lines =
        new String(pasted, StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .collect(Collectors.joining("\n"));
    return (lines.strip() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A log that cannot be judged: exit status 3. */
  public static CommandFailure cannotJudge(String what) {
    return new CommandFailure(CommandFailure.CANNOT_JUDGE, what, Optional.empty());
  }
}
