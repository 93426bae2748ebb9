package dev.gatekeeper.trust.approval;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The folder through which a session and a person's command talk: {@code ID.json} is asked, {@code
 * ID.yes} holds a signature, {@code ID.no} is empty. All owner-only, all gone once they are used.
 *
 * <p>Whoever can write here can ask for anything and deny everything; approve he cannot.
 */
public final class ApprovalFolder {
  /** Requests of all sessions together; more are not for a person to read. */
  static final int MAX_REQUESTS = 128;

  /** Base64url of an Ed25519 signature. */
  private static final int MAX_ANSWER = 128;

  private static final String ASKED = ".json";
  private static final String YES = ".yes";
  private static final String NO = ".no";

  private final Path folder;

  /** The folder in {@code home}, made at the first request. */
  public ApprovalFolder(Home home) {
    this.folder = home.resolve("approvals");
  }

  /** What somebody answered, as far as files tell; nothing of it is believed yet. */
  record Reply(boolean denied, Optional<byte[]> signature) {}

  /**
   * What waits for an answer, oldest first. Expired requests are removed, and files that are no
   * requests are passed over: {@code unreadable} counts them.
   */
  public record Waiting(List<ApprovalRequest> requests, int unreadable) {}

  /** Puts a request where a person finds it. */
  void ask(ApprovalRequest request) throws IOException, ApprovalException {
    DurableFile.createDirectory(folder);
    OwnerOnly.check(folder);
    if (names().size() >= MAX_REQUESTS) {
      waiting(request.asked()); // removes what nobody waits for any more
      if (names().size() >= MAX_REQUESTS) {
        throw new ApprovalException("too many calls wait for a person's approval");
      }
    }
    Path file = file(request.id(), ASKED);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new ApprovalException("the request's id is taken");
    }
    DurableFile.replace(file, request.toBytes());
  }

  /** What waits at {@code now}. */
  public Waiting waiting(Instant now) throws IOException {
    List<ApprovalRequest> requests = new ArrayList<>();
    int unreadable = 0;
    for (String id : names()) {
      try {
        ApprovalRequest request = read(id);
        if (now.isBefore(request.expires())) {
          requests.add(request);
        } else {
          remove(id);
        }
      } catch (NoSuchFileException e) {
        // Taken back while we looked.
      } catch (IOException | ApprovalException e) {
        unreadable++;
        removeOld(id, now);
      }
    }
    requests.sort(Comparator.comparing(ApprovalRequest::asked));
    return new Waiting(List.copyOf(requests), unreadable);
  }

  /**
   * What is no request would fill the folder for ever: it goes once a request would have expired.
   */
  private void removeOld(String id, Instant now) {
    try {
      Instant written =
          Files.getLastModifiedTime(file(id, ASKED), LinkOption.NOFOLLOW_LINKS).toInstant();
      if (written.plus(Approvals.LIFETIME).isBefore(now)) {
        remove(id);
      }
    } catch (IOException e) {
      // It is gone, or cannot go; either way the others are of use.
    }
  }

  /** The request called {@code id}; empty where there is none. */
  public Optional<ApprovalRequest> find(String id) throws IOException, ApprovalException {
    return ApprovalRequest.isId(id) && isAsked(id) ? Optional.of(read(id)) : Optional.empty();
  }

  private ApprovalRequest read(String id) throws IOException, ApprovalException {
    Path file = file(id, ASKED);
    OwnerOnly.check(file);
    ApprovalRequest request =
        ApprovalRequest.parse(DurableFile.readBounded(file, ApprovalRequest.MAX_BYTES));
    if (!request.id().equals(id)) {
      throw new ApprovalException("it is the copy of another request");
    }
    return request;
  }

  /**
   * Approves what a person has read: exactly {@code request}, whatever its file holds by now.
   *
   * @param proof that the person is here; its vault signs
   * @throws ApprovalException where it has expired, or was answered or taken back meanwhile
   */
  public void approve(ApprovalRequest request, Presence proof, Instant now)
      throws ApprovalException, VaultException, IOException {
    if (!now.isBefore(request.expires())) {
      throw new ApprovalException("the request has expired");
    }
    if (!isAsked(request.id())) {
      throw new ApprovalException("the call waits no longer");
    }
    byte[] signature = proof.vault().signTrust(request.statement());
    DurableFile.replace(
        file(request.id(), YES), (Base64Url.of(signature) + "\n").getBytes(US_ASCII));
    tidy(request.id());
  }

  private boolean isAsked(String id) {
    return Files.exists(file(id, ASKED), LinkOption.NOFOLLOW_LINKS);
  }

  /** An answer to what was taken back meanwhile would lie there for ever. */
  private void tidy(String id) throws IOException {
    if (!isAsked(id)) {
      remove(id);
    }
  }

  /** Denies a request. Whoever can write here can; it takes power away. */
  public void deny(String id) throws IOException {
    DurableFile.replace(file(id, NO), new byte[0]);
    tidy(id);
  }

  /** What somebody answered; empty as long as nobody did. */
  Optional<Reply> reply(String id) {
    if (Files.exists(file(id, NO), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(new Reply(true, Optional.empty()));
    }
    Path yes = file(id, YES);
    if (!Files.exists(yes, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      OwnerOnly.check(yes);
      String text = new String(DurableFile.readBounded(yes, MAX_ANSWER), US_ASCII);
      return Optional.of(new Reply(false, Optional.of(Base64Url.parse(text.strip()))));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(new Reply(false, Optional.empty())); // there is something, and no answer
    }
  }

  /**
   * Takes an approval out of the folder. Of several processes one gets true.
   *
   * @return whether it was there, and is gone for good
   */
  boolean take(String id) throws IOException {
    boolean mine = Files.deleteIfExists(file(id, YES));
    if (mine) {
      DurableFile.syncDirectory(folder);
    }
    return mine;
  }

  /** Forgets an answer that is not to be believed; the request stays. */
  void discardReply(String id) throws IOException {
    Files.deleteIfExists(file(id, YES));
  }

  /** Removes a request and every answer to it. */
  void remove(String id) throws IOException {
    Files.deleteIfExists(file(id, ASKED));
    Files.deleteIfExists(file(id, YES));
    Files.deleteIfExists(file(id, NO));
  }

  private Path file(String id, String suffix) {
    if (!ApprovalRequest.isId(id)) {
      throw new IllegalArgumentException("no id");
    }
    return folder.resolve(id + suffix);
  }

  /** Ids of requests, at most as many as are ever written: a flood of files costs no more. */
  private List<String> names() throws IOException {
    List<String> ids = new ArrayList<>();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return ids;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ASKED)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String id = name.substring(0, name.length() - ASKED.length());
        if (ApprovalRequest.isId(id)) {
          ids.add(id);
        }
        if (ids.size() >= MAX_REQUESTS) {
          break;
        }
      }
    }
    return ids;
  }
}
