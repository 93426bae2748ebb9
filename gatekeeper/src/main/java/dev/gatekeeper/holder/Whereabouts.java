package dev.gatekeeper.holder;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What leads to one holder: its socket, and the announcement that names it. */
final class Whereabouts {
  private final Home home;
  private final Path socket;

  Whereabouts(Home home, Path socket) {
    this.home = home;
    this.socket = socket;
  }

  /** Whether the socket is where it was bound; a logout takes away what lies in the runtime's. */
  boolean isBound() {
    return Files.exists(socket, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether this one is announced, and no other. */
  boolean isAnnounced(Header header) {
    return Announcement.find(home, header).filter(one -> one.socket().equals(socket)).isPresent();
  }

  /** Leaves nothing, unless somebody else has announced himself meanwhile. */
  void clean() {
    try {
      Files.deleteIfExists(socket);
      if (Files.readString(Announcement.file(home)).contains("\nsocket " + socket + "\n")) {
        Files.deleteIfExists(Announcement.file(home));
      }
    } catch (IOException e) {
      return; // what is left leads nowhere
    }
  }
}
