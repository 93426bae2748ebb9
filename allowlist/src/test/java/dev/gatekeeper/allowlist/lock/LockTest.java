package dev.gatekeeper.allowlist.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.PublicName;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.allowlist.read.LockReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LockTest {
  private static final String TOOL =
      "{\"name\":\"get_x\",\"description\":\"Gets \\u202eit\",\"inputSchema\":{\"type\":\"object\","
          + "\"properties\":{\"a/b\":{\"type\":\"string\",\"maxLength\":1e2}}},"
          + "\"annotations\":{\"readOnlyHint\":true}}";

  private static Definition definition(Subject.Kind kind, String name, String text)
      throws JsonException {
    return new Definition(
        kind,
        name,
        PublicName.of("files", kind, name),
        CanonicalJson.of(text.getBytes(UTF_8), 1 << 20));
  }

  private static LockedServer server() throws JsonException {
    SortedMap<String, Definition> tools = new TreeMap<>();
    tools.put("get_x", definition(Subject.Kind.TOOL, "get_x", TOOL));
    SortedMap<String, Definition> resources = new TreeMap<>();
    resources.put("a:1", definition(Subject.Kind.RESOURCE, "a:1", "{\"uri\":\"a:1\",\"size\":7}"));
    return new LockedServer(
        "sha256:00",
        new TreeMap<>(),
        new TreeSet<>(List.of("roots")),
        "2025-11-25",
        "{\"name\":\"files\",\"version\":\"1\"}",
        Optional.of("Be\nkind"),
        Map.of(Subject.Kind.TOOL, tools, Subject.Kind.RESOURCE, resources));
  }

  private static Command command(AllowList list) {
    return Objects.requireNonNull(list.commands().get("m"));
  }

  private static Lock lock() throws JsonException {
    return Lock.EMPTY.with("files", server());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void whatIsWrittenReadsAsTheSameAndIsWrittenTheSame() throws Exception {
    String text = LockText.of(lock());
    Lock read = LockReader.read(bytes(text), "lock");
    assertThat(read).isEqualTo(lock());
    assertThat(LockText.of(read)).isEqualTo(text);
    assertThat(text.lines()).anyMatch(line -> line.strip().equals("\"maxLength\": 100,"));
  }

  @Test
  void commandsAreKeptAndCountUnderTheirEntryAlone() throws Exception {
    String start = "{\"version\":1,\"commands\":{\"m\":{\"command\":\"%s\"}}}";
    AllowList list = ListReader.read(bytes(start.formatted("make")), "list");
    AllowList other = ListReader.read(bytes(start.formatted("cmake")), "list");
    SortedMap<String, LockedCommand> commands = new TreeMap<>();
    commands.put("m", new LockedCommand(EntryDigest.of(command(list)), new TreeMap<>()));
    Lock lock = lock().withCommands(commands);
    Lock read = LockReader.read(bytes(LockText.of(lock)), "lock");

    assertThat(read).isEqualTo(lock);
    assertThat(read.find(command(list))).isPresent();
    assertThat(read.find(command(other))).isEmpty();
    assertThat(LockChanges.between(lock(), lock)).containsExactly("command m: new");
    assertThat(Lock.EMPTY.beside(lock)).isEqualTo(lock);
  }

  @Test
  void aDefinitionOfATrustedLockCanBeGivenAnotherName() throws Exception {
    LockedServer read = LockReader.readTrusted(LockText.of(lock()), "lock").find("files").get();
    for (Subject.Kind kind : List.of(Subject.Kind.TOOL, Subject.Kind.RESOURCE)) {
      for (Definition definition : read.of(kind).values()) {
        String member = "\"" + Definition.key(kind) + "\":\"";
        assertThat(definition.named("a\"b"))
            .contains(
                definition
                    .canonical()
                    .replace(member + definition.name() + '"', member + "a\\\"b\""));
        assertThat(definition.named(definition.name())).contains(definition.canonical());
      }
    }
    assertThat(definition(Subject.Kind.TOOL, "get_x", TOOL).named("other")).isEmpty();
  }

  @Test
  void oneWithAKeyInTwoCasesCannot() throws Exception {
    SortedMap<String, Definition> tools = new TreeMap<>();
    String twice = "{\"Name\":\"y\",\"name\":\"get_x\"}";
    tools.put("get_x", definition(Subject.Kind.TOOL, "get_x", twice));
    LockedServer one =
        new LockedServer(
            "",
            new TreeMap<>(),
            new TreeSet<>(),
            "",
            "{}",
            Optional.empty(),
            Map.of(Subject.Kind.TOOL, tools));
    Lock read = LockReader.readTrusted(LockText.of(Lock.EMPTY.with("files", one)), "lock");
    assertThat(read.find("files")).contains(one);
    Definition definition = read.find("files").get().find(Subject.Kind.TOOL, "get_x").get();
    assertThat(definition.named("other")).isEmpty();
  }

  @Test
  void whatTurnsALineAroundStandsEscaped() throws Exception {
    assertThat(LockText.of(lock())).contains("Gets \\u202eit").doesNotContain("\u202e");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Gets", "readOnlyHint", "files__get_x", "Be\\nkind", "\"size\": 7", "get_x\": {"})
  void aLockThatWasEditedByHandIsRefused(String changed) throws Exception {
    String text = LockText.of(lock());
    assertThat(text).contains(changed);
    String edited = text.replaceFirst(java.util.regex.Pattern.quote(changed), flipped(changed));
    assertThatThrownBy(() -> LockReader.read(bytes(edited), "lock"))
        .isInstanceOf(AllowListException.class);
  }

  @Test
  void ofALockThatCountsAlreadyNothingIsComputedAnewAndTheTextCounts() throws Exception {
    String text = LockText.of(lock());
    assertThat(LockReader.readTrusted(text, "lock")).isEqualTo(lock());
    Lock edited = LockReader.readTrusted(text.replace("Gets", "Puts"), "lock");
    assertThat(edited.find("files").orElseThrow().find(Subject.Kind.TOOL, "get_x").orElseThrow())
        .extracting(Definition::canonical)
        .asString()
        .contains("Puts");
    String renamed = text.replace("\"name\": \"get_x\"", "\"name\": \"get_y\"");
    assertThat(renamed).isNotEqualTo(text);
    assertThatThrownBy(() -> LockReader.readTrusted(renamed, "lock"))
        .isInstanceOf(AllowListException.class);
  }

  @Test
  void howALockIsSpelledIsAllTheSame() throws Exception {
    String text = LockText.of(lock());
    List<String> spelled =
        List.of(
            text,
            text.replaceAll("\n *", ""),
            text.replace("\\u202e", "\u202e"),
            text.replace("\"maxLength\": 100", "\"maxLength\": 1e2"),
            text.replace("\"maxLength\": 100,", "")
                .replace("\"type\": \"string\"", "\"type\": \"string\", \"maxLength\": 100"),
            text.replace("\"description\": \"Gets", "\"description\" : \"\\u0047ets"),
            Files.readString(Path.of("../examples/pull-request/after/.gatekeeper/" + Lock.FILE)));
    for (String each : spelled) {
      assertThat(LockReader.readTrusted(each, "lock"))
          .as(each)
          .isEqualTo(LockReader.read(bytes(each), "lock"));
    }
  }

  private static String flipped(String text) {
    int at = text.length() / 2;
    char c = text.charAt(at) == '7' ? '8' : 'Q';
    return text.substring(0, at) + c + text.substring(at + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"version\":2,\"servers\":{}}",
        "{\"version\":1,\"servers\":[]}",
        "{\"version\":1,\"servers\":{\"a\":1}}",
        "{\"version\":1,\"servers\":{},\"more\":1}",
        "{\"version\":1,\"servers\":{\"a\":{\"entry\":\"x\",\"protocolVersion\":\"y\",\"z\":1}}}",
        "{\"version\":1,\"version\":1,\"servers\":{}}"
      })
  void whatIsNoLockIsRefused(String text) {
    assertThatThrownBy(() -> LockReader.read(bytes(text), "lock"))
        .isInstanceOf(AllowListException.class);
  }

  @Test
  void otherSpellingsOfADefinitionAreTheSame() throws Exception {
    Drift drift = new Drift(server(), List.of());
    String spelled =
        "{ \"annotations\":{\"readOnlyHint\":true}, \"description\":\"Gets \u202eit\",\"name\":"
            + "\"get_x\",\"inputSchema\":{\"properties\":{\"a\\/b\":{\"maxLength\":100.0,"
            + "\"type\":\"string\"}},\"type\":\"object\"}}";
    assertThat(drift.compare(Subject.Kind.TOOL, "get_x", bytes(spelled)))
        .isEqualTo(new Comparison.Same());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Gets|Takes|/description",
        "true|false|/annotations/readOnlyHint",
        "\"maxLength\":1e2|\"maxLength\":101|/inputSchema/properties/a~1b/maxLength",
        ",\"annotations\"|,\"title\":\"x\",\"annotations\"|/title",
        ",\"annotations\":{\"readOnlyHint\":true}||/annotations",
        "1e2|1e2,\"x\":9007199254740993|''",
        "\"name\"|\"name\":\"get_x\",\"name\"|''"
      })
  void anythingElseIsAChangeAndSaysWhere(String from, String to, String where) throws Exception {
    String live = TOOL.replace(from, to == null ? "" : to);
    assertThat(live).isNotEqualTo(TOOL);
    assertThat(new Drift(server(), List.of()).compare(Subject.Kind.TOOL, "get_x", bytes(live)))
        .isEqualTo(new Comparison.Changed(List.of(where)));
  }

  @Test
  void aVolatileFieldMayDifferAppearAndVanish() throws Exception {
    Drift drift = new Drift(server(), List.of("/description", "/annotations/readOnlyHint"));
    for (String live :
        List.of(
            TOOL.replace("Gets", "Takes"),
            TOOL.replace("true", "false"),
            TOOL.replace("\"description\":\"Gets \\u202eit\",", ""))) {
      assertThat(drift.compare(Subject.Kind.TOOL, "get_x", bytes(live)))
          .as(live)
          .isEqualTo(new Comparison.Same());
    }
    assertThat(drift.compare(Subject.Kind.TOOL, "get_x", bytes(TOOL.replace("string", "number"))))
        .isInstanceOf(Comparison.Changed.class);
  }

  @Test
  void whatNobodyReviewedIsExtra() throws Exception {
    assertThat(new Drift(server(), List.of()).compare(Subject.Kind.PROMPT, "get_x", bytes(TOOL)))
        .isEqualTo(new Comparison.Extra());
  }

  @Test
  void anEntryThatStartsItInAnotherWayHasAnotherDigest() throws Exception {
    String before = entry("\"args\":[\"a\"]");
    assertThat(entry("\"args\":[\"a\"],\"tools\":{\"allow\":[\"*\"]},\"owner\":\"bob\""))
        .isEqualTo(before);
    assertThat(
            List.of(
                entry("\"args\":[\"b\"]"),
                entry("\"args\":[\"a\",\"\"]"),
                entry("\"args\":[\"a\"],\"env\":{\"X\":\"1\"}"),
                entry("\"args\":[\"a\"],\"env\":{\"X\":\"secret:x\"}"),
                entry("\"args\":[\"a\"],\"files\":{\"X\":\"secret:x\"}"),
                entry("\"args\":[\"a\"],\"cwd\":\"${project}\""),
                entry("\"args\":[\"a\"],\"serverRequests\":[\"roots\"]")))
        .doesNotContain(before)
        .doesNotHaveDuplicates();
  }

  @Test
  void anEntryThatReachesItInAnotherWayHasAnotherDigest() throws Exception {
    String before = remote("\"oauth\":{\"clientId\":\"i\"}");
    assertThat(
            remote(
                "\"oauth\":{\"clientId\":\"i\",\"redirectPort\":1},\"lifetime\":\"call\","
                    + "\"tools\":{\"allow\":[\"*\"]}"))
        .isEqualTo(before);
    assertThat(
            List.of(
                remote("\"owner\":\"bob\""),
                remote("\"oauth\":{}"),
                remote("\"oauth\":{\"login\":\"l\"}"),
                remote("\"oauth\":{\"scopes\":[\"r\"]}"),
                remote("\"oauth\":{\"scopes\":[\"r\",\"w\"]}"),
                remote("\"oauth\":{\"issuer\":\"https://i.example\"}"),
                remote("\"oauth\":{\"clientId\":\"j\"}"),
                remote("\"oauth\":{\"clientId\":\"i\",\"clientSecret\":\"secret:s\"}"),
                remote(
                    "\"oauth\":{\"grant\":\"client_credentials\",\"clientId\":\"i\","
                        + "\"clientSecret\":\"secret:s\"}"),
                remote("\"oauth\":{\"clientMetadata\":\"https://i.example/c\"}"),
                remote("\"ca\":\"/c.pem\""),
                remote("\"proxy\":\"http://p:1\""),
                remote("\"headers\":{\"X\":\"1\"}"),
                remote("\"headers\":{\"X\":\"secret:x\"}"),
                remote("\"serverRequests\":[\"roots\"]")))
        .doesNotContain(before)
        .doesNotHaveDuplicates();
  }

  /** A lock that was taken before logins were known counts on. */
  @Test
  void theDigestOfAnEntryWithoutALoginIsWhatItWas() throws Exception {
    assertThat(remote("\"headers\":{\"X\":\"1\"}"))
        .isEqualTo(
            Definition.digestOf(
                "{\"headers\":{\"x\":\"1\"},\"serverRequests\":[],\"url\":\"https://a.example\"}"));
  }

  private static String remote(String more) throws AllowListException {
    return digest("\"type\":\"http\",\"url\":\"https://a.example\"," + more);
  }

  private static String entry(String more) throws AllowListException {
    return digest("\"command\":\"x\"," + more);
  }

  private static String digest(String entry) throws AllowListException {
    AllowList list =
        ListReader.read(
            bytes("{\"version\":1,\"mcpServers\":{\"files\":{" + entry + "}}}"), "list");
    return EntryDigest.of(list.servers().values().iterator().next());
  }
}
