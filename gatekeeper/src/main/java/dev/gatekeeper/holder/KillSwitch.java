package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the vault was closed: one file in the home, which every session looks at. It counts the
 * closings, so that one which was opened again a moment later is not missed. It needs no passphrase
 * to be thrown; whoever can delete it could as well end the processes that it ends.
 *
 * <p>Fails closed: what cannot be read says closed, and a switch that vanished says what it said
 * last.
 */
public final class KillSwitch {
  private static final Pattern TEXT =
      Pattern.compile("gatekeeper-switch/1 (open|shut) ([0-9]{16})\n");

  private static final int BYTES = 42; // always: a full disk takes the same bytes in the same place

  private final Path file;
  private State last = new State(false, 0);

  /**
   * What it says.
   *
   * @param closed whether it was closed and not opened since
   * @param closings how often it was closed
   */
  public record State(boolean closed, long closings) {
    /** Whether the vault was closed after {@code before}, opened again or not. */
    public boolean endsWhatWasGivenAt(State before) {
      return closings != before.closings || (closed && !before.closed);
    }
  }

  private KillSwitch(Path file) {
    this.file = file;
  }

  /** The switch of a home. */
  public static KillSwitch in(Home home) {
    return new KillSwitch(home.resolve("switch"));
  }

  /** What it says now. */
  public synchronized State state() {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      last = read();
    }
    return last;
  }

  private State read() {
    try {
      OwnerOnly.check(file); // and no pipe, which would keep us waiting
      Matcher text = TEXT.matcher(new String(DurableFile.readBounded(file, BYTES), US_ASCII));
      if (text.matches()) {
        return new State(text.group(1).equals("shut"), Long.parseLong(text.group(2)));
      }
    } catch (IOException e) {
      return new State(true, last.closings);
    }
    return new State(true, last.closings);
  }

  /** Closes the vault for all sessions. */
  public synchronized void close() throws IOException {
    write("shut", state().closings + 1);
  }

  /** Lets it be opened again. */
  public synchronized void open() throws IOException {
    write("open", state().closings);
  }

  private void write(String word, long closings) throws IOException {
    byte[] text =
        String.format(Locale.ROOT, "gatekeeper-switch/1 %s %016d\n", word, closings)
            .getBytes(US_ASCII);
    try {
      DurableFile.replace(file, text);
    } catch (IOException e) {
      inPlace(text, e);
    }
  }

  /** Where there is no room for a second file: the same blocks again. */
  private void inPlace(byte[] text, IOException full) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw full;
    }
    try (FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
      DurableFile.writeFully(channel, ByteBuffer.wrap(text), 0);
      channel.force(true);
    }
  }
}
