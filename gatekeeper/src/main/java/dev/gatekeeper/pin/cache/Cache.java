package dev.gatekeeper.pin.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Installed trees below {@code $GATEKEEPER_HOME/programs}, each in a folder that has the digest of
 * its files for a name, and beside it {@code NAME.manifest}, by which a difference is named.
 *
 * <p>A tree gets its name by one rename, when it is whole. A process killed before leaves a folder
 * {@code new-…}, which the next installation removes; a machine that stops may leave a torn tree,
 * which {@link #check} refuses and the next installation replaces. Nothing in here is believed for
 * the sake of its place.
 */
public final class Cache {
  /** What to type where something is not installed. */
  public static final String INSTALL = "gatekeeper allowlist install";

  private static final String NEW = "new-";
  private static final String OLD = "old-";
  private static final String SCRATCH = "scratch-";
  private static final String USED = ".use";

  private static final Pattern TREE = Pattern.compile("[0-9a-f]{64}");

  /** Milliseconds: a scratch folder that old is nobody's. */
  private static final long DAY = Duration.ofDays(1).toMillis();

  /** Somebody else installs a large tree over a slow line. */
  private static final Duration OTHERS = Duration.ofMinutes(20);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path folder;
  private final Asides asides = new Asides();

  public Cache(Home home) {
    this.folder = home.resolve("programs");
  }

  /** Puts the files of a tree into an empty folder, and nothing else. */
  public interface Filling {
    void fill(Path empty) throws PinException, IOException;
  }

  /** Where the tree lies, or would lie. */
  public Path folder(Digest files) {
    return folder.resolve(files.hex());
  }

  /** Folders with the files that this object found in trees which it replaced. */
  public List<Path> asides() {
    return asides.folders();
  }

  /** Below which everything of this room lies. */
  public Path folder() {
    return folder;
  }

  /**
   * Holds a tree until this process ends, so that nobody removes it, and compares every byte.
   *
   * @return its folder
   * @throws PinException when it is not there, or another
   */
  public Path use(Digest files) throws PinException, IOException {
    if (Files.isDirectory(folder(files), LinkOption.NOFOLLOW_LINKS)) {
      InUse.hold(used(files.hex()));
    }
    return check(files);
  }

  private Path used(String tree) {
    return folder.resolve(tree + USED);
  }

  /**
   * Compares every byte of an installed tree.
   *
   * @return its folder
   * @throws PinException when it is not there, or another; names the first file that differs
   */
  public Path check(Digest files) throws PinException, IOException {
    Path tree = folder(files);
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      throw new PinException("it is not installed here", INSTALL);
    }
    if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      throw Asides.altered(tree + " is not a directory");
    }
    Manifest found;
    try {
      found = Tree.read(tree);
    } catch (PinException e) {
      throw Asides.altered(e.what());
    }
    if (!found.digest().equals(files)) {
      throw Asides.altered(
          recorded(files)
              .flatMap(manifest -> manifest.differenceTo(found))
              .orElse("its files are not those of the lock"));
    }
    return tree;
  }

  /** The manifest of a tree; empty where it is lost or altered, which costs a name only. */
  private Optional<Manifest> recorded(Digest files) {
    try {
      byte[] text = DurableFile.readBounded(manifest(files), Manifest.MAX_BYTES);
      return Manifest.read(new String(text, UTF_8)).filter(m -> m.digest().equals(files));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Path manifest(Digest files) {
    return folder.resolve(files.hex() + ".manifest");
  }

  /**
   * Installs a tree unless it is there, whole. One installation at a time, on this machine.
   *
   * @param expected digest of its files, where the lock has it; a tree that has another is thrown
   *     away
   * @return the digest of its files
   */
  public Digest install(Optional<Digest> expected, Filling filling)
      throws PinException, IOException {
    DurableFile.createDirectory(folder);
    try (LockFile _ = LockFile.acquire(folder.resolve("lock"), OTHERS)) {
      sweep();
      if (expected.isPresent() && isWhole(expected.get())) {
        return expected.get();
      }
      Path fresh = folder.resolve(NEW + unique());
      DurableFile.createDirectory(fresh);
      try {
        filling.fill(fresh);
        Manifest manifest = Tree.read(fresh);
        Digest digest = manifest.digest();
        if (expected.isPresent() && !expected.get().equals(digest)) {
          throw new PinException(
              "what was installed is not what the lock names: "
                  + recorded(expected.get())
                      .flatMap(wanted -> wanted.differenceTo(manifest))
                      .orElse(digest + " in place of " + expected.get()),
              "gatekeeper allowlist lock, and have the change reviewed");
        }
        Tree.seal(fresh);
        DurableFile.replace(manifest(digest), manifest.text().getBytes(UTF_8));
        asides.keep(folder(digest), manifest, folder.resolve("set-aside-" + unique()));
        take(fresh, folder(digest));
        return digest;
      } finally {
        Tree.delete(fresh);
      }
    }
  }

  /** A folder for something that is not kept. */
  public <T> T scratch(Use<T> use) throws PinException, IOException {
    DurableFile.createDirectory(folder);
    Path scratch = Files.createTempDirectory(folder, SCRATCH);
    try {
      return use.in(scratch);
    } finally {
      Tree.delete(scratch);
    }
  }

  /** What is done in a folder. */
  public interface Use<T> {
    T in(Path folder) throws PinException, IOException;
  }

  private boolean isWhole(Digest files) throws IOException {
    try {
      check(files);
      return true;
    } catch (PinException e) {
      return false;
    }
  }

  /**
   * Removes the trees that nobody names and no process uses.
   *
   * @param named stay
   * @param young what was installed since then stays, too: its lock may be about to be trusted
   * @return the names of those that are gone
   */
  public List<String> prune(Set<Digest> named, Instant young) throws IOException {
    List<String> gone = new ArrayList<>();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return gone;
    }
    try (LockFile _ = LockFile.acquire(folder.resolve("lock"), OTHERS)) {
      sweep();
      for (Path tree : trees()) {
        String name = String.valueOf(tree.getFileName());
        boolean stays = named.stream().anyMatch(digest -> digest.hex().equals(name));
        if (!stays && !isYounger(tree, young) && remove(tree, name)) {
          gone.add(name);
        }
      }
    }
    return gone;
  }

  private List<Path> trees() throws IOException {
    try (var all = Files.list(folder)) {
      return all.filter(path -> TREE.matcher(String.valueOf(path.getFileName())).matches())
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isYounger(Path tree, Instant young) throws IOException {
    return Files.getLastModifiedTime(tree, LinkOption.NOFOLLOW_LINKS).toInstant().isAfter(young);
  }

  private boolean remove(Path tree, String name) throws IOException {
    Path used = used(name);
    Optional<FileChannel> claim = InUse.claim(used);
    if (claim.isEmpty()) {
      return false;
    }
    try (FileChannel _ = claim.get()) {
      Path old = folder.resolve(OLD + unique());
      Files.move(tree, old, StandardCopyOption.ATOMIC_MOVE);
      Tree.delete(old);
      Files.deleteIfExists(folder.resolve(name + ".manifest"));
      Files.deleteIfExists(used);
    }
    return true;
  }

  private void take(Path fresh, Path place) throws IOException {
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      Path old = folder.resolve(OLD + unique());
      Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      Tree.delete(old);
    } else {
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Removes what a killed installation left. */
  private void sweep() throws IOException {
    List<Path> left;
    try (var all = Files.list(folder)) {
      left = all.filter(Cache::isLeft).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : left) {
      Tree.delete(path);
    }
  }

  private static boolean isLeft(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(NEW)
        || name.startsWith(OLD)
        || (name.startsWith(SCRATCH)
            && path.toFile().lastModified() < System.currentTimeMillis() - DAY);
  }

  private static String unique() {
    byte[] unique = new byte[8];
    RANDOM.nextBytes(unique);
    return HexFormat.of().formatHex(unique);
  }
}
