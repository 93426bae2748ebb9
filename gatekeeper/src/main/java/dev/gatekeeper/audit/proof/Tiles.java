package dev.gatekeeper.audit.proof;

import dev.gatekeeper.audit.reading.LogLines;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Folder;
import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The hashes of a log of a given size, as tiles (C2SP tlog-tiles) below {@code tiles/}. What is
 * missing is made from the log. Nothing here is believed: what comes of it is checked against a
 * signed root, and {@link #rebuild} makes the tiles anew.
 */
final class Tiles implements Merkle.Subtrees {
  /** Hashes of a tile; levels of the tree that it spans. */
  private static final int WIDTH = 256;

  private static final int HEIGHT = 8;

  private final Path directory;
  private final LogLines lines;

  /** Tiles of 8 KiB that are remembered. */
  private static final int MAX_KNOWN = 64;

  private final long size;
  private final Hashing hashing = new Hashing();

  /** Tiles that were read: one proof looks at a few of them, at each several times. */
  private final Map<Place, byte[]> known = new HashMap<>();

  private record Place(int level, long n) {}

  /** The tiles of a log's first {@code size} records. */
  Tiles(Path log, LogLines lines, long size) {
    this.directory = log.resolve(Format.TILES_DIRECTORY);
    this.lines = lines;
    this.size = size;
  }

  @Override
  public byte[] root(int level, long index) throws IOException {
    int height = level % HEIGHT;
    long first = index << height;
    byte[] tile = tile(level / HEIGHT, first / WIDTH);
    return root(tile, (int) (first % WIDTH) * Format.HASH, height);
  }

  private byte[] root(byte[] tile, int at, int height) {
    if (height == 0) {
      return Arrays.copyOfRange(tile, at, at + Format.HASH);
    }
    int half = Format.HASH << (height - 1);
    return Merkle.node(hashing, root(tile, at, height - 1), root(tile, at + half, height - 1));
  }

  private byte[] tile(int level, long n) throws IOException {
    Place place = new Place(level, n);
    byte[] tile = known.get(place);
    if (tile == null) {
      tile = read(level, n);
      if (known.size() == MAX_KNOWN) {
        known.clear();
      }
      known.put(place, tile);
    }
    return tile;
  }

  private byte[] read(int level, long n) throws IOException {
    int bytes = width(level, n) * Format.HASH;
    for (Path file : List.of(file(level, n, width(level, n)), file(level, n, WIDTH))) {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] tile = DurableFile.readBounded(file, WIDTH * Format.HASH);
        if (tile.length >= bytes) {
          return tile;
        }
      }
    }
    return level == 0 ? fromLog(n, bytes) : fromTiles(level, n, bytes);
  }

  private int width(int level, long n) {
    return (int) Math.min(WIDTH, (size >>> (HEIGHT * level)) - n * WIDTH);
  }

  private byte[] fromTiles(int level, long n, int bytes) throws IOException {
    byte[] tile = new byte[bytes];
    for (int i = 0; i < bytes / Format.HASH; i++) {
      byte[] below = root(tile(level - 1, n * WIDTH + i), 0, HEIGHT);
      System.arraycopy(below, 0, tile, i * Format.HASH, Format.HASH);
    }
    write(level, n, tile);
    return tile;
  }

  /** Makes a tile, and all that follow it: whoever lacks one mostly lacks those too. */
  private byte[] fromLog(long n, int bytes) throws IOException {
    byte[] wanted = new byte[bytes];
    leaves(
        n * WIDTH,
        (at, tile) -> {
          if (at == n) {
            System.arraycopy(tile, 0, wanted, 0, bytes);
          }
        });
    return wanted;
  }

  /** Makes all tiles anew for which the log still has the records. */
  void rebuild() throws IOException {
    known.clear();
    for (int level = 1; level < Long.SIZE / HEIGHT; level++) {
      Folder.delete(directory.resolve(Integer.toString(level)));
    }
    leaves(lines.first() / WIDTH * WIDTH, (at, tile) -> {});
  }

  private interface Made {
    void tile(long n, byte[] tile);
  }

  private void leaves(long from, Made made) throws IOException {
    byte[] tile = new byte[WIDTH * Format.HASH];
    long[] next = {from};
    lines.leaves(
        from,
        size,
        (leaves, at) -> {
          int place = (int) (next[0] % WIDTH);
          System.arraycopy(leaves, at, tile, place * Format.HASH, Format.HASH);
          long n = next[0]++ / WIDTH;
          if (place == width(0, n) - 1) {
            byte[] whole = Arrays.copyOf(tile, (place + 1) * Format.HASH);
            write(0, n, whole);
            made.tile(n, whole);
          }
        });
    if (next[0] < size) {
      throw new IOException("record " + next[0] + " is not there");
    }
  }

  /** {@code tiles/0/x001/234}, and {@code .p/17} behind it for a tile that is not full. */
  private Path file(int level, long n, int width) {
    StringBuilder name = new StringBuilder();
    for (long rest = n; rest > 0 || name.isEmpty(); rest /= 1000) {
      String digits = String.format("%03d", rest % 1000);
      name.insert(0, name.isEmpty() ? digits : "x" + digits + "/");
    }
    Path file = directory.resolve(Integer.toString(level)).resolve(name.toString());
    return width == WIDTH
        ? file
        : file.resolveSibling(file.getFileName() + ".p").resolve(Integer.toString(width));
  }

  /** Not synced: what a crash leaves too short is made again. */
  private void write(int level, long n, byte[] tile) throws IOException {
    Path file = file(level, n, tile.length / Format.HASH);
    Path folder = file.getParent();
    if (folder == null || !Files.isWritable(directory.toAbsolutePath().getParent())) {
      return; // A log that is only read, a bundle on a disk of somebody else: no tiles.
    }
    DurableFile.createDirectory(folder);
    Path temporary =
        folder.resolve("." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    Files.deleteIfExists(temporary);
    Files.createFile(temporary, OwnerOnly.fileMode());
    Files.write(temporary, tile);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
