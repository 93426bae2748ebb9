package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.text.Base64Url;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a key holder listens and by which key it answers, signed by the vault's trust key: only
 * somebody who typed the passphrase can have announced it. A socket that an agent puts in its place
 * is told what is wanted, and what it answers is not believed.
 *
 * @param vault id of the vault
 * @param socket absolute
 * @param pid of the holder
 * @param key Ed25519 public half that signs its answers, base64url
 * @param until when it ends, if it is not ended before
 */
record Announcement(String vault, Path socket, long pid, String key, Instant until) {
  private static final int MAX_BYTES = 4 << 10;
  private static final String FIRST = "gatekeeper-holder/1\n";

  private static final Pattern TEXT =
      Pattern.compile(
          FIRST
              + "vault ([A-Za-z0-9_-]{1,64})\nsocket (/[^\n\\x00]+)\npid ([0-9]{1,10})\n"
              + "key ([A-Za-z0-9_-]{43})\nuntil ([0-9]{1,15})\n");

  private static final Pattern SIGNATURE = Pattern.compile("signature ([A-Za-z0-9_-]{86})\n");

  static Path file(Home home) {
    return home.resolve("holder");
  }

  /** What the trust key signs. */
  byte[] statement() {
    String text =
        FIRST
            + ("vault " + vault + "\nsocket " + socket + "\npid " + pid + "\nkey " + key + "\n")
            + ("until " + until.toEpochMilli() + "\n");
    return text.getBytes(UTF_8);
  }

  /** The file's text. */
  byte[] signed(byte[] signature) {
    String text = new String(statement(), UTF_8);
    return (text + "signature " + Base64Url.of(signature) + "\n").getBytes(UTF_8);
  }

  /**
   * The one that is believed; empty where there is none, or none that this vault's trust key
   * signed.
   */
  static Optional<Announcement> find(Home home, Header header) {
    Path file = file(home);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      OwnerOnly.check(file);
      return believed(new String(DurableFile.readBounded(file, MAX_BYTES), UTF_8), header);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Announcement> believed(String text, Header header) {
    int end = text.indexOf("signature ");
    if (end < 0) {
      return Optional.empty();
    }
    Matcher signature = SIGNATURE.matcher(text.substring(end));
    String statement = text.substring(0, end);
    if (!signature.matches()
        || !header.verifiesTrust(statement.getBytes(UTF_8), Base64Url.parse(signature.group(1)))) {
      return Optional.empty();
    }
    Matcher words = TEXT.matcher(statement);
    if (!words.matches() || !words.group(1).equals(header.id())) {
      return Optional.empty();
    }
    return Optional.of(
        new Announcement(
            words.group(1),
            Path.of(words.group(2)),
            Long.parseLong(words.group(3)),
            words.group(4),
            Instant.ofEpochMilli(Long.parseLong(words.group(5)))));
  }
}
