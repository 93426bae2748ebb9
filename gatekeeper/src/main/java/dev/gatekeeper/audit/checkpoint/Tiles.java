package dev.gatekeeper.audit.checkpoint;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Leaf hashes, 256 a file, as the level-0 tiles of C2SP tlog-tiles: what is left of records that
 * are pruned. Written in the order of the records.
 */
public final class Tiles {
  private static final int BYTES = Format.TILE_WIDTH * Format.HASH;

  private final Path directory;
  private final byte[] tile = new byte[BYTES];
  private long size;

  /** For the log in {@code directory}, of which {@code size} hashes are there. */
  public Tiles(Path directory, long size) throws IOException {
    this.directory = directory;
    this.size = size;
    if (width() > 0) {
      byte[] begun = read(directory, size / Format.TILE_WIDTH, width());
      System.arraycopy(begun, 0, tile, 0, width() * Format.HASH);
    }
  }

  /** Adds all hashes that are there to {@code tree}; the last of them. */
  public static byte[] readInto(Frontier tree, Digests digests, Path directory, long size)
      throws IOException {
    byte[] leaf = new byte[Format.HASH];
    for (long n = 0; n < size; n += Format.TILE_WIDTH) {
      int width = (int) Math.min(Format.TILE_WIDTH, size - n);
      byte[] hashes = read(directory, n / Format.TILE_WIDTH, width);
      for (int i = 0; i < width; i++) {
        leaf = Arrays.copyOfRange(hashes, i * Format.HASH, (i + 1) * Format.HASH);
        tree.add(digests, leaf);
      }
    }
    return leaf;
  }

  /** A tile of at least {@code width} hashes: a later pruning may have written more of them. */
  private static byte[] read(Path directory, long index, int width) throws IOException {
    for (int more = width; more <= Format.TILE_WIDTH; more++) {
      Path file = path(directory, index, more);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] hashes = DurableFile.readBounded(file, BYTES);
        if (hashes.length == more * Format.HASH) {
          return hashes;
        }
      }
    }
    throw new IOException("a tile of hashes is missing or too short");
  }

  /** The hash of the next record. A full tile is durable when this returns. */
  public void add(byte[] leaf) throws IOException {
    System.arraycopy(leaf, 0, tile, width() * Format.HASH, Format.HASH);
    size++;
    if (width() == 0) {
      write(size / Format.TILE_WIDTH - 1, Format.TILE_WIDTH);
    }
  }

  /** Makes durable what there is of the last tile. */
  public void flush() throws IOException {
    if (width() > 0) {
      write(size / Format.TILE_WIDTH, width());
    }
  }

  private int width() {
    return (int) (size % Format.TILE_WIDTH);
  }

  private void write(long index, int width) throws IOException {
    Path file = path(index, width);
    DurableFile.createDirectory(file.resolveSibling(".").normalize());
    DurableFile.replace(file, Arrays.copyOf(tile, width * Format.HASH));
  }

  private Path path(long index, int width) {
    return path(directory, index, width);
  }

  /** {@code tiles/0/x001/234}, or {@code tiles/0/x001/234.p/17} where it is not full. */
  private static Path path(Path directory, long index, int width) {
    StringBuilder name = new StringBuilder(String.format("%03d", index % 1000));
    for (long rest = index / 1000; rest > 0; rest /= 1000) {
      name.insert(0, String.format("x%03d/", rest % 1000));
    }
    if (width < Format.TILE_WIDTH) {
      name.append(".p/").append(width);
    }
    return directory.resolve(Format.TILES_DIRECTORY).resolve("0").resolve(name.toString());
  }
}
