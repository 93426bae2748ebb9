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
    byte[] kept = read(console, named, MAX_NOTE);
    return SignedCheckpoint.parseOne(asPrinted(kept))
        .orElseThrow(() -> cannotJudge(named + " is not a checkpoint, or a damaged one"));
  }

  /** Whether standard input is meant. */
  static boolean isPasted(@Nullable Path named) {
    return named != null && named.toString().equals("-");
  }

  /** What a file holds, or standard input ({@code -}): at most {@code max} bytes. */
  static byte[] read(Console console, Path named, int max) throws IOException {
    if (!isPasted(named)) {
      return DurableFile.readBounded(console.directory().resolve(named), max);
    }
    byte[] bytes = console.in().readNBytes(max + 1);
    if (bytes.length > max) {
      throw new IOException("standard input has more than " + max + " bytes");
    }
    return bytes;
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
