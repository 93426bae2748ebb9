package dev.gatekeeper.fingerprint.scan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files and what is below folders, each read once, with their names. A symbolic link is never
 * followed, and nothing but a regular file is opened: a pipe would keep us waiting.
 */
public final class Walk {
  /** Objects of git, which are compressed: nothing can be seen in them. */
  private static final Path OBJECTS = Path.of(".git", "objects");

  private final Scan scan;
  private final Names names;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Unread> unread = new ArrayList<>();
  private final SortedMap<String, Integer> skipped = new TreeMap<>();
  private long files;
  private long bytes;

  public Walk(Scan scan) {
    this.scan = scan;
    this.names = new Names(scan);
  }

  /**
   * What should have been read, and was not.
   *
   * @param reason a clause
   */
  public record Unread(String path, String reason) {}

  /** Reads what has this name: a file, or all below a folder. */
  public void read(Path path, String called) {
    String name = name(called);
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      unread.add(new Unread(name, reason(e)));
      return;
    }
    if (attributes.isDirectory()) {
      folder(path, called);
    } else if (attributes.isRegularFile()) {
      file(path, name, attributes);
    } else {
      link(path, name, attributes);
      unread.add(new Unread(name, "is " + kind(attributes) + ", and no file"));
    }
  }

  /** A path as it may be shown; what is found in it is a finding. */
  public String name(String path) {
    return names.shown(path, findings);
  }

  /** Where a link leads to is read, not what is there. */
  private void link(Path path, String name, BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      try {
        names.target(name, Files.readSymbolicLink(path).toString(), findings);
      } catch (IOException e) {
        unread.add(new Unread(name, reason(e)));
      }
    }
  }

  /** Reads a stream to its end. Where it is a diff, what git left out of it was not read. */
  public void read(InputStream in, String name) {
    Omissions omissions = new Omissions(in);
    take(name, omissions);
    if (omissions.count() > 0) {
      String what = "leaves out " + omissions.count() + " of the files, as binary ones";
      unread.add(new Unread(name, what));
    }
  }

  /** Reads a text of this name, from wherever it comes, to its end. */
  public void stream(String path, InputStream in) {
    take(name(path), in);
  }

  private void take(String name, InputStream in) {
    try {
      take(scan.read(name, in));
    } catch (IOException e) {
      unread.add(new Unread(name, reason(e)));
    }
  }

  /** Tells that what has this name should have been read, and was not. */
  public void miss(String path, String reason) {
    unread.add(new Unread(name(path), reason));
  }

  private void take(Scan.Result result) {
    files++;
    bytes += result.bytes();
    findings.addAll(result.findings());
  }

  private void folder(Path folder, String called) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
              if (at.endsWith(OBJECTS)) {
                skip("folder of git's objects");
                return FileVisitResult.SKIP_SUBTREE;
              }
              String _ = named(at);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path at, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                file(at, named(at), attributes);
              } else {
                link(at, named(at), attributes);
                skip(kind(attributes));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path at, IOException e) {
              unread.add(new Unread(named(at), reason(e)));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path at, IOException e) {
              if (e != null) {
                unread.add(new Unread(named(at), reason(e)));
              }
              return FileVisitResult.CONTINUE;
            }

            private String named(Path at) {
              return name(Path.of(called).resolve(folder.relativize(at)).normalize().toString());
            }
          });
    } catch (IOException e) {
      miss(called, reason(e));
    }
  }

  /** Counts something that is not looked into. */
  public void skip(String kind) {
    skipped.merge(kind, 1, Integer::sum);
  }

  private void file(Path file, String name, BasicFileAttributes before) {
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      Scan.Result result = scan.read(name, in);
      take(result);
      BasicFileAttributes after =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (result.bytes() != after.size()
          || before.size() != after.size()
          || !before.lastModifiedTime().equals(after.lastModifiedTime())) {
        unread.add(new Unread(name, "changed while it was read"));
      }
    } catch (IOException e) {
      unread.add(new Unread(name, reason(e)));
    }
  }

  private static String kind(BasicFileAttributes attributes) {
    return attributes.isSymbolicLink() ? "a symbolic link" : "a pipe, socket or device";
  }

  private static String reason(IOException fault) {
    return switch (fault) {
      case NoSuchFileException _ -> "is not there";
      case AccessDeniedException _ -> "may not be read";
      default -> "cannot be read";
    };
  }

  /** What was found, in the order in which it was read. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** What should have been read, and was not. */
  public List<Unread> unread() {
    return List.copyOf(unread);
  }

  /** What is not looked into, and how many there were. */
  public Map<String, Integer> skipped() {
    return Map.copyOf(skipped);
  }

  /** Files that were read, standard input included. */
  public long files() {
    return files;
  }

  /** Bytes of them. */
  public long bytes() {
    return bytes;
  }
}
