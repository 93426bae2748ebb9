package dev.gatekeeper.cli.audit;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a document goes. */
final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write this file, for nobody but you to read; by default standard output.")
  private @Nullable Path file;

  /** Refuses a place that is not there, before a record says that something was handed out. */
  void requirePlace(Console console) throws CommandFailure {
    if (file != null) {
      requirePlace(console.directory().resolve(file));
    }
  }

  static void requirePlace(Path file) throws CommandFailure {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw CommandFailure.cannotJudge(
          "there is no directory " + Console.printable(String.valueOf(directory)),
          "make it, or name another place with -o");
    }
  }

  void write(Console console, DurableFile.Content content) throws IOException {
    if (file != null) {
      DurableFile.replace(console.directory().resolve(file), content);
      return;
    }
    OutputStream out = new BufferedOutputStream(console.standardOutput(), 1 << 16);
    content.writeTo(out);
    out.flush();
  }
}
