package dev.gatekeeper.login.file;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The logins of a person, {@code $GATEKEEPER_HOME/logins}: of each a file, a lock, and for a moment
 * the file that is to follow.
 */
public final class Logins {
  /** Two tokens of the longest kind, in base64 twice, and what stands around them. */
  private static final int MAX_BYTES = 256 << 10;

  /** Who holds the lock waits for one answer of the issuer, 45 s at most, and for the disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final Path folder;

  private Logins(Path folder) {
    this.folder = folder;
  }

  public static Logins in(Home home) {
    return new Logins(home.resolve("logins"));
  }

  /** Whether a login can bear this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Mutual exclusion of all that change this login, in all processes. */
  public LockFile lock(String login) throws IOException {
    DurableFile.createDirectory(folder);
    return LockFile.acquire(file(login, ".lock"), PATIENCE);
  }

  /** The login, as far as it can be read without its key. */
  public Optional<LoginFile> read(String login) throws IOException {
    return read(file(login, ".login"));
  }

  /**
   * What a login was about to be when its writer was killed: the vault has its key, if it came that
   * far.
   */
  public Optional<LoginFile> readNext(String login) throws IOException {
    return read(file(login, ".next"));
  }

  private static Optional<LoginFile> read(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    return Optional.of(LoginText.parse(DurableFile.readBounded(path, MAX_BYTES)));
  }

  /** Whether somebody has logged in, as far as the files tell. */
  public boolean exists(String login) {
    return Files.exists(file(login, ".login"), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(file(login, ".next"), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * What tells one content of a login's file from another without reading it; empty where there is
   * none. For whoever wants to know whether somebody else wrote it.
   */
  public String stamp(String login) {
    return stamp(file(login, ".login"));
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes is =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return is.fileKey() + " " + is.lastModifiedTime() + " " + is.size();
    } catch (IOException e) {
      return "";
    }
  }

  /** Changes when a person logs in or out, and by no refresh. */
  public String mark(String login) {
    return stamp(file(login, ".mark"));
  }

  /**
   * Leaves a mark, new each time, that a person logs in or out: sessions see it that have a login
   * by themselves, of which no file tells. Under the lock.
   */
  public void setMark(String login) throws IOException {
    DurableFile.createDirectory(folder);
    DurableFile.forgetDrafts(file(login, ".mark"));
    DurableFile.replace(file(login, ".mark"), new byte[0]);
  }

  /** Replaces the login's file. Under the lock. */
  public void write(LoginFile file) throws IOException {
    String login = file.header().login();
    DurableFile.forgetDrafts(file(login, ".login"));
    DurableFile.replace(file(login, ".login"), LoginText.write(file));
  }

  /** Lays the file that is to follow beside the present one. Under the lock. */
  public void writeNext(LoginFile file) throws IOException {
    DurableFile.createDirectory(folder);
    String login = file.header().login();
    DurableFile.forgetDrafts(file(login, ".next"));
    DurableFile.replace(file(login, ".next"), LoginText.write(file));
  }

  /** It takes the place of the present one. Under the lock. */
  public void takeNext(String login) throws IOException {
    Files.move(file(login, ".next"), file(login, ".login"), StandardCopyOption.ATOMIC_MOVE);
    DurableFile.syncDirectory(folder);
  }

  /** Forgets a login, and what killed writers left of it. Under the lock. */
  public void delete(String login) throws IOException {
    DurableFile.forgetDrafts(file(login, ".login"));
    DurableFile.forgetDrafts(file(login, ".next"));
    Files.deleteIfExists(file(login, ".next"));
    Files.deleteIfExists(file(login, ".login"));
    DurableFile.syncDirectory(folder);
  }

  private Path file(String login, String suffix) {
    if (!isName(login)) {
      throw new IllegalArgumentException("no name of a login");
    }
    return folder.resolve(login + suffix);
  }
}
