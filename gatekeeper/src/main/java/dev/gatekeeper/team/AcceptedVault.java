package dev.gatekeeper.team;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.team.file.Bytes;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which vault a person has accepted for which project, and whom it had as members then. The list of
 * them is signed by the trust key of the personal vault, which only its passphrase opens.
 *
 * @param place canonical directory
 * @param git by what other clones and work trees of it are known
 * @param inRepository where the project lies in it
 */
record AcceptedVault(
    String place,
    Optional<GitIdentity> git,
    String inRepository,
    String vault,
    List<Member> members) {
  private static final String VERSION = "gatekeeper-team-accepted/1";
  private static final String FILE = "team.accepted";
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_ENTRIES = 512; // work trees of one person; the oldest give way
  private static final String NONE = "-";

  AcceptedVault {
    members = List.copyOf(members);
  }

  static AcceptedVault of(TeamPlace place, TeamHeader header) {
    return new AcceptedVault(
        place.directory().toString(),
        place.git(),
        place.inRepository(),
        header.id(),
        header.members());
  }

  /** What was accepted for a project: there, or else last in another clone or work tree of it. */
  static Optional<AcceptedVault> find(Home home, TeamPlace place) throws VaultException {
    List<AcceptedVault> all = read(home);
    Optional<AcceptedVault> here =
        all.stream().filter(one -> one.place.equals(place.directory().toString())).findFirst();
    if (here.isPresent() || all.stream().noneMatch(one -> one.git.isPresent())) {
      return here;
    }
    Optional<GitIdentity> git = place.git();
    return all.reversed().stream()
        .filter(one -> git.isPresent() && one.git.equals(git))
        .filter(one -> one.inRepository.equals(place.inRepository()))
        .findFirst();
  }

  /** Under the lock of {@link TeamMemory}. */
  void keep(Home home, Presence proof) throws VaultException, IOException {
    List<AcceptedVault> all = new ArrayList<>(believed(home));
    all.removeIf(one -> one.place.equals(place));
    all.add(this);
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    for (AcceptedVault one : all.subList(Math.max(0, all.size() - MAX_ENTRIES), all.size())) {
      text.append("project ").append(one.words()).append('\n');
      one.members.forEach(each -> text.append("member " + TeamText.words(each) + "\n"));
    }
    byte[] signed = text.toString().getBytes(UTF_8);
    String signature = Base64Url.of(proof.vault().signTrust(statement(signed)));
    byte[] line = ("signature " + signature + "\n").getBytes(UTF_8);
    DurableFile.replace(home.resolve(FILE), Bytes.concat(signed, line));
  }

  private String words() {
    return String.join(
        " ",
        Base64Url.of(place.getBytes(UTF_8)),
        git.map(GitIdentity::root).orElse(NONE),
        git.map(one -> word(one.remote())).orElse(NONE),
        word(inRepository),
        vault);
  }

  private static String word(String text) {
    return text.isEmpty() ? NONE : "." + Base64Url.of(text.getBytes(UTF_8));
  }

  private static String text(String word) {
    return word.equals(NONE) ? "" : new String(Base64Url.parse(word.substring(1)), UTF_8);
  }

  /** One that cannot be believed is not built on: what it held has to be accepted anew. */
  private static List<AcceptedVault> believed(Home home) {
    try {
      return read(home);
    } catch (VaultException e) {
      return List.of();
    }
  }

  private static List<AcceptedVault> read(Home home) throws VaultException {
    Path file = home.resolve(FILE);
    VaultFile vault = VaultFile.in(home);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !vault.exists()) {
      return List.of();
    }
    try {
      OwnerOnly.check(file);
      byte[] bytes = DurableFile.readBounded(file, MAX_BYTES);
      int end = startOfLastLine(bytes);
      byte[] signed = Arrays.copyOf(bytes, end);
      LineReader last = new LineReader(FILE, Arrays.copyOfRange(bytes, end, bytes.length));
      String signature = last.base64(last.words("signature", 1, 1).getFirst(), 64, 64);
      if (!vault.header().verifiesTrust(statement(signed), Base64Url.parse(signature))) {
        throw new VaultException(
            "what was accepted is not signed by the personal vault", "gatekeeper vault accept");
      }
      return parse(new LineReader(FILE, signed));
    } catch (IOException | IllegalArgumentException e) {
      throw new VaultException(
          file + " cannot be read: " + e.getMessage(), "gatekeeper vault accept");
    }
  }

  private static int startOfLastLine(byte[] bytes) {
    int at = bytes.length - 1;
    while (at > 0 && bytes[at - 1] != '\n') {
      at--;
    }
    return Math.max(0, at);
  }

  private static List<AcceptedVault> parse(LineReader reader) throws VaultException {
    if (!reader.line().equals(VERSION)) {
      throw reader.fault("of a version that this program does not know");
    }
    List<AcceptedVault> all = new ArrayList<>();
    while (reader.hasNext()) {
      List<String> words = reader.words("project", 5, 5);
      List<Member> members = new ArrayList<>();
      while (reader.nextIs("member")) {
        members.add(TeamText.member(reader, reader.words("member", 6, 6)));
      }
      Optional<GitIdentity> git =
          words.get(1).equals(NONE)
              ? Optional.empty()
              : Optional.of(new GitIdentity(words.get(1), text(words.get(2))));
      String place = new String(Base64Url.parse(words.getFirst()), UTF_8);
      all.add(new AcceptedVault(place, git, text(words.get(3)), words.get(4), members));
    }
    return all;
  }

  private static byte[] statement(byte[] text) {
    return Bytes.statement("accepted", text);
  }
}
