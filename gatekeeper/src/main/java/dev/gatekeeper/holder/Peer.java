package dev.gatekeeper.holder;

import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/** Who is at the other end of a socket, as the kernel tells (SO_PEERCRED, on macOS getpeereid). */
final class Peer {
  private final UserPrincipal us;

  /**
   * @param directory of the socket
   * @throws IOException unless it is ours, and nobody else can enter it
   */
  Peer(Path directory) throws IOException {
    OwnerOnly.check(directory);
    this.us = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether it is a process of our own user. */
  boolean isUs(SocketChannel channel) throws IOException {
    return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(us);
  }
}
