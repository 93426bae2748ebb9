package dev.gatekeeper.report.source;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The logs of one question. Those of several machines are read side by side, never joined. */
public final class Sources implements AutoCloseable {
  private static final Pattern NAMED = Pattern.compile("([\\p{L}\\p{N}_.@-]{1,64})=(.+)");

  /** Hexadecimal digits of a log's id that serve as its name. */
  private static final int SHORT = 8;

  private final List<Source> all = new ArrayList<>();
  private final List<Unpacked> unpacked = new ArrayList<>();

  private Sources() {}

  /**
   * Opens each of {@code named}: the directory of a log, a bundle, or either as {@code NAME=PATH};
   * paths are relative to {@code here}.
   *
   * @throws ReportException when one cannot be read, or two are the same log: its calls would count
   *     twice
   */
  public static Sources open(List<String> named, Path here) throws ReportException {
    Sources sources = new Sources();
    try {
      for (String one : named) {
        Matcher matcher = NAMED.matcher(one);
        boolean plain = Files.exists(here.resolve(one)) || !matcher.matches();
        sources.add(
            plain ? "" : matcher.group(1),
            here.resolve(plain ? one : matcher.group(2)).normalize());
      }
      return sources;
    } catch (CannotJudge e) {
      sources.close();
      throw new ReportException(e.text(), e);
    } catch (IOException e) {
      sources.close();
      throw new ReportException("the log cannot be read: " + e.getMessage(), e);
    } catch (ReportException e) {
      sources.close();
      throw e;
    }
  }

  private void add(String name, Path path) throws IOException, CannotJudge, ReportException {
    Path directory = path;
    if (Files.isRegularFile(path)) {
      Unpacked bundle = Unpacked.of(path);
      unpacked.add(bundle);
      directory = bundle.directory();
    }
    String id = logId(directory);
    String label = name.isEmpty() ? id.substring(0, SHORT) : name;
    for (Source other : all) {
      if (other.logId().equals(id)) {
        throw new ReportException(
            path + " is the same log as '" + other.name() + "'; name only the newer copy");
      }
      if (other.name().equals(label)) {
        throw new ReportException("two logs are named '" + label + "'");
      }
    }
    all.add(new Source(label, id, directory));
  }

  private static String logId(Path directory) throws CannotJudge {
    List<String> ids = new ArrayList<>();
    new AuditReader(directory)
        .read(
            one -> {
              ids.add(one.get(Field.LOG).orElseThrow());
              return false;
            });
    return ids.isEmpty()
        ? "0".repeat(32)
        : HexFormat.of().formatHex(Base64.getUrlDecoder().decode(ids.getFirst()));
  }

  public List<Source> all() {
    return List.copyOf(all);
  }

  /** Deletes what was unpacked. */
  @Override
  public void close() {
    unpacked.forEach(Unpacked::close);
  }
}
