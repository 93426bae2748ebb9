package dev.gatekeeper.allowlist.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.check.LockCheck;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.allowlist.review.Changes;
import dev.gatekeeper.allowlist.review.Growth;
import dev.gatekeeper.allowlist.review.LockedList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An agent's shell can write the file: a text is a lock that all can be said of, or is refused. */
final class LockMutationTest {
  private static final String LIST =
      """
      {"version": 1, "mcpServers": {"s": {"command": "npx", "args": ["-y", "x@1.0.0"],
        "reason": "r", "owner": "o", "tools": {"allow": ["*"]}}},
       "commands": {"m": {"command": "make", "reason": "r", "owner": "o"}}}
      """;

  /** What stands in a text in the place of a scalar. */
  private static final List<String> VALUES =
      List.of(
          "99999999999999999999",
          "1e400",
          "-0",
          "0.1",
          "\"\\ud800\"",
          "\"\"",
          "\"\\u0000\"",
          "null",
          "true",
          "[]",
          "{}",
          "{\"a\": [1e400]}",
          "{\"\\udfff\": 1}");

  private static final Pattern SCALAR =
      Pattern.compile(
          "(?<=[:\\[,]) ?(\"(?:[^\"\\\\]|\\\\.)*\"|[0-9.eE+-]+|true|false|null|[{\\[])");

  private static final Pattern KEY = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)+)\"(?=\\s*:)");

  private static final String PINS =
      "{\"any\": {\"kind\": \"npm\", \"name\": \"x\", \"more\": [1, {\"deep\": \"y\"}]}}";

  private static final String INSTRUCTIONS =
      "{\"text\": \"Be kind\", \"sha256\": \"" + Definition.digestOf("Be kind") + "\"}";

  private static String sound() {
    return """
    {"version": 1, "commands": {"m": {"entry": "sha256:00", "pins": %s}}, "servers": {"s": {
      "entry": "sha256:00", "pins": %s, "profile": ["roots"], "protocolVersion": "2025-11-25",
      "serverInfo": {"name": "s", "version": "1"}, "instructions": %s,
      "tools": {}, "prompts": {}, "resources": {}, "resourceTemplates": {}}}}
    """
        .formatted(PINS, PINS, INSTRUCTIONS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"any\": {\"kind\": 99999999999999999999}} | {}",
        "{\"any\": {\"kind\": [1e400]}} | {}",
        "{\"any\": {\"\\ud800\": 1}} | {}",
        "{} | {\"text\": \"Be kind\", \"sha856\": \"x\"}",
        "{} | {\"text\": \"Be kind\", \"sha256\": 7}",
      })
  void whatNothingCanBeSaidOfIsRefusedAtItsPlace(String pins, String instructions) {
    String text = sound().replace(PINS, pins);
    String changed = instructions.equals("{}") ? text : text.replace(INSTRUCTIONS, instructions);
    assertThatThrownBy(() -> LockReader.read(changed.getBytes(UTF_8), "lock"))
        .isInstanceOfSatisfying(
            AllowListException.class,
            e -> assertThat(e.problems()).allSatisfy(p -> assertThat(p.line()).isBetween(1, 3)));
  }

  @Test
  void whateverIsReadCanBeComparedCheckedAndWritten() throws Exception {
    AllowList list = ListReader.read(LIST.getBytes(UTF_8), "list");
    Lock before = LockReader.read(sound().getBytes(UTF_8), "lock");
    Random random = new Random(13);
    int read = 0;
    for (int i = 0; i < 8_000; i++) {
      String text = mutated(sound(), random);
      Lock after;
      try {
        after = LockReader.read(text.getBytes(UTF_8), "lock");
      } catch (AllowListException e) {
        continue;
      }
      read++;
      try {
        say(list, before, after, text);
        say(list, after, before, sound());
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(text, e);
      }
    }
    assertThat(read).isGreaterThan(200);
  }

  private static void say(AllowList list, Lock before, Lock after, String text) {
    assertThat(LockText.of(after)).isNotEmpty();
    assertThat(LockChanges.between(before, after)).isNotNull();
    assertThat(LockCheck.check(list, after, text.getBytes(UTF_8), "lock")).isNotNull();
    assertThat(Growth.of(new LockedList(list, before), new LockedList(list, after))).isNotNull();
    assertThat(Changes.between(new LockedList(list, before), new LockedList(list, after)))
        .isNotNull();
  }

  private static String mutated(String text, Random random) {
    String mutated = text;
    for (int i = 0; i <= random.nextInt(2); i++) {
      mutated =
          random.nextInt(3) == 0
              ? replaced(mutated, KEY, random, "\"" + (char) ('a' + random.nextInt(26)) + "\"")
              : replaced(mutated, SCALAR, random, VALUES.get(random.nextInt(VALUES.size())));
    }
    return mutated;
  }

  private static String replaced(String text, Pattern what, Random random, String by) {
    List<int[]> places = new ArrayList<>();
    Matcher matcher = what.matcher(text);
    while (matcher.find()) {
      places.add(new int[] {matcher.start(), matcher.end()});
    }
    int[] place = places.get(random.nextInt(places.size()));
    char last = text.charAt(place[1] - 1);
    if (last == '{' || last == '[') {
      return text.substring(0, place[0]) + "[" + by + "], \"z\":" + text.substring(place[0]);
    }
    return text.substring(0, place[0]) + by + text.substring(place[1]);
  }
}
