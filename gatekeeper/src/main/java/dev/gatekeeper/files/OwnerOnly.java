package dev.gatekeeper.files;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Who may touch a file. On a file system without POSIX owners and modes there is nothing to check.
 */
public final class OwnerOnly {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

  private static final int FILE_TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int SYMBOLIC_LINK = 0120000;
  private static final int OTHERS = 0077;
  private static final int OTHERS_WRITE = 0022;

  private OwnerOnly() {}

  /**
   * Accepts a regular file or a directory that is ours and that nobody else can read or write.
   *
   * @throws IOException otherwise; the message says what to type
   */
  public static void check(Path path) throws IOException {
    check(path, OTHERS, "readable or writable by others");
  }

  /**
   * As {@link #check}, for a directory whose name others may list as long as they cannot write in
   * it.
   */
  static void checkDirectory(Path path) throws IOException {
    check(path, OTHERS_WRITE, "writable by others");
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " is not a directory");
    }
  }

  /** The user that runs this process. */
  public static long user() {
    return Self.UID;
  }

  /**
   * Accepts a regular file or a directory that only {@code owner} can write.
   *
   * @param owner a user id; 0 is the administrator
   */
  public static void checkWritableBy(long owner, Path path) throws IOException {
    check(path, OTHERS_WRITE, "writable by others", owner);
  }

  private static void check(Path path, int forbidden, String fault) throws IOException {
    check(path, forbidden, fault, POSIX ? Self.UID : 0);
  }

  private static void check(Path path, int forbidden, String fault, long owner) throws IOException {
    if (!POSIX) {
      return;
    }
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
    int mode = number(attributes, "mode").intValue();
    int type = mode & FILE_TYPE;
    if (type == SYMBOLIC_LINK) {
      throw new IOException(path + " is a symbolic link; name the real path");
    }
    if (type != REGULAR && type != DIRECTORY) {
      throw new IOException(path + " is neither a file nor a directory");
    }
    if (number(attributes, "uid").longValue() != owner) {
      throw new IOException(path + " belongs to another user");
    }
    if ((mode & forbidden) != 0) {
      throw new IOException(path + " is " + fault + "; type: chmod go-rwx '" + path + "'");
    }
  }

  /** Whether this process runs as the user of that number. */
  public static boolean isOwner(long uid) {
    return Self.UID == uid;
  }

  private static Number number(Map<String, Object> attributes, String name) {
    if (attributes.get(name) instanceof Number number) {
      return number;
    }
    throw new AssertionError("the platform gives no " + name);
  }

  /** Mode 0600, for the creation of a file: there is no moment at which others can open it. */
  public static FileAttribute<?>[] fileMode() {
    return mode("rw-------");
  }

  /** Mode 0700, for the creation of a directory. */
  static FileAttribute<?>[] directoryMode() {
    return mode("rwx------");
  }

  private static FileAttribute<?>[] mode(String permissions) {
    if (!POSIX) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
  }

  /** Not read from {@code /proc/self}: its owner is root once the process is not dumpable. */
  private static final class Self {
    static final long UID = new UnixSystem().getUid();
  }
}
