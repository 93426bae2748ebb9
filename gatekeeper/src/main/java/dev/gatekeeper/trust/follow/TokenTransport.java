package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.Folder;
import dev.gatekeeper.git.Git;
import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.Answer;
import dev.gatekeeper.http.Bounds;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.http.Outgoing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks a private remote by a client of our own, in the process that the vault's value came to:
 * version 2 of git's protocol over HTTP (gitprotocol-http(5), gitprotocol-v2(5)).
 *
 * <p>Git gets the pack and never the token. The memory, the environment, the arguments and the
 * pipes of a git that had it are open to every process of the same user; a process of ours is
 * hardened before it has a value. And no configuration, variable or program leads our client
 * anywhere else than to the origin of the URL.
 */
final class TokenTransport implements Transport {
  private static final Map<String, String> VARIABLES = Map.of("GIT_ALLOW_PROTOCOL", "none");
  private static final String SERVICE = "git-upload-pack";
  private static final List<String> FORMATS = List.of("object-format=sha1", "object-format=sha256");
  private static final Duration SILENCE = Duration.ofSeconds(30);

  /** Bytes of what a server says it can do, and of the one branch that is asked for. */
  private static final int MAX_WORDS = 1 << 20;

  /** Bytes of a pack. */
  private static final long MAX_PACK = 4L << 30;

  private static final int PACK_BAND = 1; // gitprotocol-pack(5), side-band-64k
  private static final int PROGRESS_BAND = 2;

  private final Upstream upstream;
  private final Credential credential;
  private final Tokens.Token token;
  private final Connector connector;
  private final Git git;
  private final Path scratch;
  private final Duration limit;

  /**
   * The remote's kind of ids, where it says one: an older one takes no word that it did not say.
   */
  private List<String> format = List.of();

  private TokenTransport(
      Upstream upstream,
      Credential credential,
      Tokens.Token token,
      Connector connector,
      Git git,
      Path scratch,
      Duration limit) {
    this.upstream = upstream;
    this.credential = credential;
    this.token = token;
    this.connector = connector;
    this.git = git;
    this.scratch = scratch;
    this.limit = limit;
  }

  /**
   * That of a private remote.
   *
   * @param limit for the whole of each answer, however slowly it comes
   */
  static TokenTransport of(Upstream upstream, Credential credential, Tokens tokens, Duration limit)
      throws FollowException, IOException {
    Git git = Mirror.git(VARIABLES);
    Connector connector;
    try {
      Optional<String> known = upstream.knownBy();
      connector =
          known.isPresent()
              ? Connector.knownBy(known.get())
              : Connector.of(Optional.empty(), Optional.empty());
    } catch (HttpFault e) {
      throw new FollowException("the remote cannot be asked: " + e.getMessage());
    }
    Path scratch = Scratch.create();
    try {
      Tokens.Token token = tokens.take(upstream);
      return new TokenTransport(upstream, credential, token, connector, git, scratch, limit);
    } catch (FollowException | RuntimeException e) {
      Folder.delete(scratch);
      connector.close();
      throw e;
    }
  }

  @Override
  public String tip() throws FollowException, IOException {
    byte[] offer = document(get("/info/refs?service=" + SERVICE));
    PacketLines packets = new PacketLines(new ByteArrayInputStream(offer));
    List<String> lines = packets.lines();
    if (lines.equals(List.of("# service=" + SERVICE))) {
      lines = packets.lines(); // some say first what they are, as in version 1
    }
    if (!lines.contains("version 2")) {
      throw new FollowException(
          "the remote does not speak version 2 of git's protocol; follow it by ssh");
    }
    format = FORMATS.stream().filter(lines::contains).limit(1).toList();
    byte[] refs = document(command("ls-refs", List.of("ref-prefix " + upstream.ref())));
    return upstream.tipIn(
        String.join("\n", new PacketLines(new ByteArrayInputStream(refs)).lines()));
  }

  @Override
  public GitObjects fetch(String tip, String since, Path mirror)
      throws FollowException, IOException {
    Mirror copy = Mirror.at(mirror, scratch, git, VARIABLES, tip);
    GitObjects objects = copy.objects();
    if (objects.has(tip)) {
      return objects;
    }
    List<String> wanted = new ArrayList<>(List.of("no-progress", "ofs-delta", "want " + tip));
    if (objects.has(since)) {
      wanted.add("have " + since);
    }
    wanted.add("done");
    Path pack = copy.pack();
    try (Answer answer = command("fetch", wanted)) {
      receive(new PacketLines(answer.body()), pack);
    } catch (HttpFault e) {
      throw fault(e);
    }
    Optional<String> name = copy.fresh().ask("index-pack", pack.toString());
    if (name.isEmpty() || !name.get().matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
      throw PacketLines.malformed();
    }
    // Otherwise each asking could leave 4 GiB of nothing behind.
    if (!new GitObjects(copy.fresh()).has(tip)) {
      throw new FollowException("the remote does not give the tip of " + upstream.branch());
    }
    copy.take(name.get());
    return objects;
  }

  private static void receive(PacketLines packets, Path pack) throws IOException, FollowException {
    if (packets.next().filter(line -> "packfile\n".equals(new String(line, UTF_8))).isEmpty()) {
      throw PacketLines.malformed();
    }
    long bytes = 0;
    try (OutputStream out = Files.newOutputStream(pack)) {
      for (Optional<byte[]> next = packets.next(); next.isPresent(); next = packets.next()) {
        byte[] packet = next.get();
        int band = packet.length == 0 ? PROGRESS_BAND : packet[0];
        bytes += packet.length;
        if (bytes > MAX_PACK) {
          throw new FollowException("the remote gives more than 4 GiB for the branch");
        }
        if (band == PACK_BAND) {
          out.write(packet, 1, packet.length - 1);
        } else if (band != PROGRESS_BAND) {
          throw new FollowException("the remote broke off"); // its own words are not repeated
        }
      }
    }
  }

  private Answer get(String path) throws FollowException {
    try {
      return sent(Outgoing.get(address(path)));
    } catch (HttpFault e) {
      throw fault(e);
    }
  }

  private Answer command(String name, List<String> arguments) throws FollowException {
    List<String> capabilities = new ArrayList<>(List.of("command=" + name));
    capabilities.addAll(format);
    byte[] body = PacketLines.command(capabilities, arguments);
    try {
      return sent(
          Outgoing.post(address("/" + SERVICE), body)
              .with("Content-Type", "application/x-" + SERVICE + "-request")
              .with("Accept", "application/x-" + SERVICE + "-result"));
    } catch (HttpFault e) {
      throw fault(e);
    }
  }

  private Address address(String path) throws HttpFault {
    return Address.parse(upstream.url().replaceFirst("/+$", "") + path);
  }

  /** The answer of the remote's own git; another one tells a person what to do. */
  private Answer sent(Outgoing request) throws HttpFault, FollowException {
    request.with("Git-Protocol", "version=2").with("Authorization", authorization());
    Answer answer = connector.start(request, new Bounds(limit, SILENCE)).await();
    if (answer.status() == 200) {
      // One byte before each end of our patience would last for days.
      CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
          .execute(answer::close);
      return answer;
    }
    answer.close();
    String own = credential.reference();
    throw new FollowException(
        switch (answer.status()) {
          case 401, 403 ->
              "the remote does not take "
                  + own
                  + " (status "
                  + answer.status()
                  + "): it may have run out, or lacks the right to read; gatekeeper vault put "
                  + credential.secret();
          case 404 ->
              "the remote has no such repository, or does not show it to whoever has " + own;
          default -> "the remote does not answer: it says status " + answer.status();
        });
  }

  private String authorization() throws FollowException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes((credential.user() + ":").getBytes(UTF_8));
    try {
      token.value().revealTo(text::writeBytes);
    } catch (IllegalStateException e) {
      throw new FollowException("the vault was closed");
    }
    byte[] bytes = text.toByteArray();
    try {
      return "Basic " + Base64.getEncoder().encodeToString(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private byte[] document(Answer answer) throws FollowException {
    try {
      return answer.document(MAX_WORDS);
    } catch (HttpFault e) {
      throw fault(e);
    }
  }

  private static FollowException fault(HttpFault fault) {
    String why = fault.getMessage();
    String known =
        switch (fault.reach()) {
          case REDIRECTED -> Refusal.REDIRECT.reason();
          case CALLED_OFF -> "its answer takes too long";
          case UNSENT, UNKNOWN, SILENT, ANSWERED ->
              why.contains("from no authority") ? Refusal.AUTHORITY.reason() : "it " + why;
        };
    return new FollowException("the remote does not answer: " + known);
  }

  @Override
  public void close() throws IOException {
    token.close();
    connector.close();
    Folder.delete(scratch);
  }
}
