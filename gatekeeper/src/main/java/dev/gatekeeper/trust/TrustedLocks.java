package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.content.LockBeside;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every lock that may be in force somewhere on this machine: those that a person trusted, and those
 * that lie now where a person trusted one, which signatures or a branch may put in force.
 */
public final class TrustedLocks {
  private TrustedLocks() {}

  /**
   * Reads them all.
   *
   * @throws TrustException where one cannot be read, so that nobody knows what it names
   */
  public static List<Lock> in(Home home) throws TrustException, VaultException {
    TrustFolder folder = new TrustFolder(home);
    List<Lock> locks = new ArrayList<>();
    for (TrustStore.Entry entry : folder.read().entries()) {
      boolean personal = entry.place().equals(home.path().toString());
      if (entry.digest().lock().isPresent()) {
        Pair pair =
            folder
                .pair(entry, personal)
                .orElseThrow(() -> unknown("what was trusted for", entry.place()));
        locks.add(parsed(pair.lockBytes().orElseThrow(), entry.place()));
      }
      Path place = Path.of(entry.place());
      Optional<byte[]> now =
          file((personal ? place : place.resolve(Project.FOLDER)).resolve(Project.LOCK));
      if (now.isPresent()) {
        locks.add(parsed(now.get(), entry.place()));
      }
    }
    return locks;
  }

  private static Optional<byte[]> file(Path lock) throws TrustException {
    try {
      return Files.exists(lock, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(DurableFile.readBounded(lock, LockBeside.MAX_BYTES))
          : Optional.empty();
    } catch (IOException e) {
      throw unknown("the lock at", lock.toString());
    }
  }

  private static Lock parsed(byte[] text, String place) throws TrustException {
    try {
      return LockReader.read(text, Project.LOCK);
    } catch (AllowListException e) {
      throw unknown("a lock of", place);
    }
  }

  private static TrustException unknown(String what, String place) {
    return new TrustException(what + " " + place + " cannot be read");
  }
}
