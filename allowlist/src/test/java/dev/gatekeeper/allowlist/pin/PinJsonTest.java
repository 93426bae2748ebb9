package dev.gatekeeper.allowlist.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockText;
import dev.gatekeeper.allowlist.lock.LockedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PinJsonTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
  private static final String INTEGRITY = "sha512-" + "A".repeat(86) + "==";

  private static final String NPM =
      """
      {
        "bin": "node_modules/@acme/server/dist/index.js",
        "installed": {
          "any": "DIGEST"
        },
        "kind": "npm",
        "package": "@acme/server",
        "tree": {
          "node_modules/@acme/server": {
            "integrity": "INTEGRITY",
            "version": "1.1.0"
          },
          "node_modules/@acme/server/node_modules/zod": {
            "integrity": "INTEGRITY",
            "name": "@acme/zod-fork",
            "optional": true,
            "version": "4.0.0-beta.1"
          },
          "node_modules/zod": {
            "bundled": true,
            "version": "3.2.1"
          }
        },
        "version": "1.1.0"
      }\
      """
          .replace("DIGEST", DIGEST)
          .replace("INTEGRITY", INTEGRITY);

  private final List<Fault> faults = new ArrayList<>();

  private Optional<ProgramPin> read(String text) throws JsonException {
    return PinJson.read(JsonReader.read(text, faults::add), faults::add);
  }

  private List<String> messages() {
    return faults.stream().map(Fault::message).toList();
  }

  @Test
  void aPinIsWrittenAsItWasReadOneFieldALineAndSorted() throws JsonException {
    assertThat(written(read(NPM).orElseThrow())).contains(NPM.replace("\n", "\n        "));
    assertThat(faults).isEmpty();
  }

  /** A package's line seldom names a file, and then says nothing of files. */
  @Test
  void aPackageMayHaveFilesOfCode() throws JsonException {
    String files =
        NPM.replace(
            "  \"installed\"",
            "  \"files\": {\n    \"args[1]\": \"" + DIGEST + "\"\n  },\n  \"installed\"");
    assertThat(written(read(files).orElseThrow())).contains(files.replace("\n", "\n        "));
    assertThat(faults).isEmpty();
    assertThat(read(NPM.replace("\"installed\"", "\"files\": {}, \"installed\""))).isEmpty();
    assertThat(messages()).contains("\"files\" is empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind':'binary','program':'DIGEST','files':{}}",
        "{'kind':'binary','program':'DIGEST','files':{'args[0]':'DIGEST','args[12]':'DIGEST'}}",
        "{'kind':'script','interpreter':'python3','files':{'args[1]':'DIGEST'}}",
        "{'kind':'image','digest':'DIGEST'}",
        "{'kind':'image','digest':'DIGEST','local':true}",
        "{'kind':'python','package':'acme','version':'1.0','entry':'acme.cli:main','python':'3.12',"
            + "'installed':'DIGEST','wheels':{'acme':{'version':'1.0','file':'DIGEST'}}}",
        "{'kind':'unpinned','why':'built here \\\" each day'}"
      })
  void everyKindSurvivesWritingAndReading(String text) throws JsonException {
    ProgramPin pin = read(json(text)).orElseThrow();
    String lock = written(pin);
    String from = lock.substring(lock.indexOf("\"any\": ") + "\"any\": ".length());
    assertThat(read(from.substring(0, from.indexOf("\n        }") + "\n        }".length())))
        .contains(pin);
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind':'magic'} | a kind of pin that this version does not know",
        "{} | the pin has no \"kind\"",
        "[] | the pin must be an object, not an array",
        "{'kind':'image','digest':'DIGEST','x':1} | unknown key \"x\" in the pin",
        "{'kind':'image','digest':'sha256:00'} | \"digest\" must be sha256: and 64 digits",
        "{'kind':'image','digest':'DIGEST','local':false} | \"local\" must be true or absent",
        "{'kind':'script','interpreter':'node','files':{}} | a script's pin names no file",
        "{'kind':'script','interpreter':'a/b','files':{'args[0]':'DIGEST'}}"
            + " | \"interpreter\" must be the name of a program",
        "{'kind':'binary','program':'DIGEST','files':{'args[01]':'DIGEST'}}"
            + " | \"files\" holds digests under args[0], args[1] …",
        "{'kind':'binary','program':'DIGEST'} | the pin has no \"files\"",
        "{'kind':'unpinned','why':' '} | \"why\" must be one line of 1 to 500 characters",
        "{'kind':'python','package':'acme','version':'1.0','entry':'os;x:main','python':'3.12',"
            + "'installed':'DIGEST','wheels':{'acme':{'version':'1.0','file':'DIGEST'}}}"
            + " | \"entry\" must be module:function",
        "{'kind':'python','package':'acme','version':'1.1','entry':'a:main','python':'3.12',"
            + "'installed':'DIGEST','wheels':{'acme':{'version':'1.0','file':'DIGEST'}}}"
            + " | \"wheels\" does not hold this package in this version"
      })
  void whatIsNotKnownIsNoPin(String text, String message) throws JsonException {
    assertThat(read(json(text))).isEmpty();
    assertThat(messages()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"package\": \"@acme/server\" | \"package\": \"../server\" | \"package\" must be the name"
            + " of a package",
        "\"version\": \"3.2.1\" | \"version\": \"^3.2.1\" | \"version\" must be one exact version",
        "INTEGRITY | sha1-qanvMyZ5n2Vb5Y5AdvvpJ7IpDCk= | \"integrity\" must be the SHA-512 of an"
            + " archive",
        "\"node_modules/zod\" | \"node_modules/../../zod\" | not the path of a package below"
            + " node_modules",
        "\"node_modules/zod\" | \"zod\" | not the path of a package below node_modules",
        "\"node_modules/zod\" | \"node_modules/@ACME/server\" | differs from another path in letter"
            + " case only",
        "\"node_modules/zod\" | \"node_modules/a/node_modules/zod\" | lies in a package that is not"
            + " in the tree",
        "server/dist/index.js | server/../index.js | \"bin\" must be a file of the package",
        "server/dist/index.js | server2/dist/index.js | \"bin\" must be a file of the package",
        "\"bundled\": true | \"os\": [] | \"os\" must be an array with an element",
        "\"bundled\": true | \"bundled\": true,\"os\": [\"linux\"] | \"installed\" must name"
            + " platforms: packages of the tree do",
        "\"any\" | \"linux-x64\" | \"installed\" must have \"any\" alone: no package of the tree"
            + " names a platform",
        "\"bundled\": true | \"bundled\": true,\"resolved\": \"x\" | unknown key \"resolved\" in"
            + " the package",
        "\"version\": \"1.1.0\" | \"version\": \"1.2.0\" | \"tree\" does not hold this package in"
            + " this version"
      })
  void aTreeThatLeadsOutOfItselfOrIsNotExactIsNoPin(String from, String to, String message)
      throws JsonException {
    String text = replaceLast(NPM, from.replace("INTEGRITY", INTEGRITY), to);
    assertThat(text).isNotEqualTo(NPM);
    assertThat(read(text)).isEmpty();
    assertThat(messages()).contains(message);
  }

  @Test
  void aFaultSaysWhereItStands() throws JsonException {
    read(NPM.replace("\"3.2.1\"", "3"));
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().at().line()).isEqualTo(21);
    assertThat(faults.getFirst().hint()).contains("gatekeeper allowlist lock");
  }

  @Test
  void aPinForAnyPlatformStandsAlone() throws JsonException {
    String image = json("{'kind':'image','digest':'DIGEST'}");
    TreeMap<String, Json> both = new TreeMap<>();
    both.put("any", JsonReader.read(image, faults::add));
    both.put("linux-x64", JsonReader.read(image, faults::add));
    PinJson.check(both, faults::add);
    assertThat(messages()).containsExactly("a pin for any platform stands beside one for some");
    assertThat(PinJson.on(new Platform("linux-x64"), both, fault -> {})).isEmpty();
  }

  @Test
  void aPinStandsUnderAPlatform() throws JsonException {
    TreeMap<String, Json> pins = new TreeMap<>();
    pins.put("win-95", JsonReader.read(json("{'kind':'image','digest':'x'}"), faults::add));
    PinJson.check(pins, faults::add);
    assertThat(messages())
        .hasSize(2)
        .contains("pins stand under a platform, e.g. linux-x64, or any");
  }

  @Test
  void theMachinesOwnPlatformIsAskedFor() throws JsonException {
    TreeMap<String, Json> pins = new TreeMap<>();
    Json image = JsonReader.read(json("{'kind':'image','digest':'DIGEST'}"), faults::add);
    pins.put("linux-x64", image);
    assertThat(PinJson.on(new Platform("linux-x64"), pins, faults::add)).isPresent();
    assertThat(PinJson.on(new Platform("linux-x64-musl"), pins, faults::add)).isEmpty();
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "any,true", "linux-x64,true", "linux-x64-musl,true", "darwin-arm64,true", "win32-x64,false",
    "linux,false", "linux-,false", "linux-x64-,false", "linux-X64,false", "linux-x64-gnu,false"
  })
  void platformsAreNamedInOneWay(String name, boolean valid) {
    assertThat(Platform.read(name).isPresent()).isEqualTo(valid);
  }

  /** A lock with this pin. */
  private static String written(ProgramPin pin) {
    LockedServer server =
        new LockedServer(
            DIGEST,
            new TreeMap<>(Map.of("any", PinText.json(pin))),
            new TreeSet<>(),
            "2025-11-25",
            "{}",
            Optional.empty(),
            Map.of());
    return LockText.of(new Lock(new TreeMap<>(Map.of("acme", server))));
  }

  private static String json(String text) {
    return text.replace('\'', '"').replace("DIGEST", DIGEST);
  }

  private static String replaceLast(String text, String from, String to) {
    int at = text.lastIndexOf(from);
    return text.substring(0, at) + to + text.substring(at + from.length());
  }
}
