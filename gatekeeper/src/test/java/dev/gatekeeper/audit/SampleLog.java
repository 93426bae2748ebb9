package dev.gatekeeper.audit;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Real logs for tests, and what a hostile hand does to their files. */
public final class SampleLog {
  public static final String SEGMENT = "log/00000000000000000000.jsonl";

  private SampleLog() {}

  public static AuditOptions options() {
    AuditContext context = new AuditContext();
    context.session("a1b2");
    context.agent("claude-code", "2.0.0");
    context.project("/home/dev/shop");
    return AuditOptions.of(context);
  }

  /** Many small files, and no sync. */
  public static AuditOptions segmented() {
    return segmented(30_000);
  }

  /** Files that are full at {@code bytes}, and no sync. */
  public static AuditOptions segmented(int bytes) {
    return options().segmentBytes(bytes).unsafeWithoutSync();
  }

  /** A closed log of exactly {@code records} records, at least 2. */
  public static Path closed(Path directory, int records) throws AuditException {
    return closed(directory, records, options());
  }

  public static Path closed(Path directory, int records, AuditOptions options)
      throws AuditException {
    try (AuditLog log = AuditLog.open(directory, options)) {
      append(log, records - 1);
    }
    return directory;
  }

  /** Calls and their outcomes, acknowledged. */
  public static void append(AuditLog log, int records) throws AuditException {
    for (int i = 0; i < records; i++) {
      if (i % 2 == 0) {
        log.append(
            Entry.of(Event.CALL_INTENT)
                .with(Field.SERVER, "github")
                .with(Field.TOOL, "create_issue")
                .with(Field.TOOL_USE, "toolu_" + i));
      } else {
        log.submit(
            Entry.of(Event.CALL_OUTCOME)
                .with(Field.OUTCOME, "ok")
                .with(Field.DURATION, 1234)
                .with(Field.REF, i),
            receipt -> {});
      }
    }
  }

  public static List<String> lines(Path directory) throws IOException {
    return new ArrayList<>(Files.readAllLines(directory.resolve(SEGMENT)));
  }

  public static void write(Path directory, List<String> lines) throws IOException {
    Files.write(
        directory.resolve(SEGMENT),
        (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** A copy that keeps modes. */
  public static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(
            path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return to;
  }
}
