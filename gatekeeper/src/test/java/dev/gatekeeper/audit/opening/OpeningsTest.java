package dev.gatekeeper.audit.opening;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.gatekeeper.audit.record.Moment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class OpeningsTest {
  private static final Moment NOW =
      new Moment(Instant.parse("2026-02-15T12:00:00Z").toEpochMilli(), 0, "");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(ArgumentsPolicy.class)
  void aPolicyKeepsWhatItSays(ArgumentsPolicy policy) throws Exception {
    Arguments committed = commit(policy, "\"made-up value\"", "\"…\"");
    String line = new String(committed.opening(), UTF_8);
    assertThat(line).startsWith("{\"root\":\"" + committed.root() + "\"").endsWith("]}\n");
    assertThat(line).contains("\"name\":\"a0\"").doesNotContain("made-up value");
    assertThat(line.contains("\"text\":")).isEqualTo(policy != ArgumentsPolicy.DIGEST);
  }

  @Test
  void redactedKeepsWhatIsShortAndFullTheWhole() throws Exception {
    String text = "\"" + "x".repeat(200_000) + "\"";
    for (ArgumentsPolicy policy : List.of(ArgumentsPolicy.REDACTED, ArgumentsPolicy.FULL)) {
      Opening opening = Opening.parse(commit(policy, text, text).opening());
      assertThat(opening.arguments().getFirst().exact()).isEqualTo(policy == ArgumentsPolicy.FULL);
      // One that is too long to be told is disclosed by its digest.
      assertThat(opening.disclose("a0").orElseThrow()).doesNotContain("\"text\":");
    }
    String[] much = new String[2 * 9];
    Arrays.fill(much, "x".repeat(2 << 20));
    Arguments all = commit(ArgumentsPolicy.FULL, much);
    assertThat(all.opening().length).isBetween(16 << 20, 17 << 20);
    assertThat(Opening.parse(all.opening()).arguments())
        .extracting(Opening.Kept::exact)
        .containsExactly(true, true, true, true, true, true, true, true, false);
  }

  @Test
  void eachArgumentIsDisclosedWithAProofThatLeadsToTheRoot() throws Exception {
    for (int size = 1; size <= 9; size++) {
      String[] values = new String[2 * size];
      for (int i = 0; i < size; i++) {
        values[2 * i] = "\"value " + i + "\"";
        values[2 * i + 1] = i % 2 == 0 ? values[2 * i] : "\"…\"";
      }
      Arguments committed = commit(ArgumentsPolicy.REDACTED, values);
      Opening opening = Opening.parse(committed.opening());
      assertThat(opening.disclose("none")).isEmpty();
      for (int i = 0; i < size; i++) {
        JsonNode proof = JsonMapper.shared().readTree(opening.disclose("a" + i).orElseThrow());
        assertThat(proof.path("root").asString()).isEqualTo(committed.root());
        byte[] commitment = hmac(decode(proof, "r"), values[2 * i].getBytes(UTF_8));
        assertThat(decode(proof, "commitment")).isEqualTo(commitment);
        assertThat(root(proof, i, size, leaf("a" + i, commitment))).isEqualTo(committed.root());
        assertThat(opening.arguments().get(i).exact()).isEqualTo(i % 2 == 0);
      }
    }
  }

  /** The masked text would be taken for what was sent. */
  @Test
  void aTextThatWasNotSentIsNotDisclosed() throws Exception {
    Arguments committed = commit(ArgumentsPolicy.REDACTED, "\"made-up\"", "\"…\"", "1", "1");
    Opening opening = Opening.parse(committed.opening());
    assertThat(opening.disclose("a0").orElseThrow()).doesNotContain("\"text\"");
    assertThat(opening.disclose("a1").orElseThrow()).contains("\"text\":\"1\"");
  }

  @Test
  void ofSeveralWithOneNameTheLastIsDisclosed() throws Exception {
    List<NamedValue> twice =
        List.of(
            new NamedValue("sql", "\"SELECT\"".getBytes(UTF_8), "\"SELECT\""),
            new NamedValue("sql", "\"DROP\"".getBytes(UTF_8), "\"DROP\""));
    Opening opening = Opening.parse(Arguments.commit(ArgumentsPolicy.REDACTED, twice).opening());
    assertThat(opening.disclose("sql").orElseThrow()).contains("DROP").doesNotContain("SELECT");
  }

  @Test
  void whatWasKeptOfOtherArgumentsIsNotTakenForTheseOnes() throws Exception {
    for (int size = 0; size < 6; size++) {
      String[] values = new String[2 * size];
      Arrays.fill(values, "1");
      Arguments committed = commit(ArgumentsPolicy.REDACTED, values);
      assertThat(Opening.parse(committed.opening()).holds()).isTrue();
      Arguments other = commit(ArgumentsPolicy.REDACTED, "2", "2");
      String forged = new String(other.opening(), UTF_8).replace(other.root(), committed.root());
      assertThat(Opening.parse(forged.getBytes(UTF_8)).holds()).isFalse();
    }
  }

  @Test
  void aPipeAmongTheOpeningsKeepsNobodyWaiting() throws Exception {
    Arguments committed = commit(ArgumentsPolicy.FULL, "1", "1");
    try (Openings openings = new Openings(folder)) {
      openings.append(committed.opening(), NOW);
      Path pipe = folder.resolve("openings/2026-02-15/0");
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> {
            assertThat(openings.find(committed.root())).isPresent();
            assertThat(openings.find(Set.of(committed.root()))).hasSize(1);
          });
    }
  }

  @Test
  void forgettingOverwritesOneLineAndLeavesTheOthers() throws Exception {
    List<Arguments> all = new ArrayList<>();
    try (Openings openings = new Openings(folder)) {
      for (int i = 0; i < 3; i++) {
        all.add(commit(ArgumentsPolicy.FULL, "\"value " + i + "\"", "\"value " + i + "\""));
        openings.append(all.get(i).opening(), NOW);
      }
      assertThat(openings.forget(all.get(1).root())).isTrue();
      assertThat(openings.forget(all.get(1).root())).isFalse();
      openings.append(commit(ArgumentsPolicy.FULL, "\"x\"", "\"x\"").opening(), NOW);
      assertThat(openings.find(all.get(0).root())).isPresent();
      assertThat(openings.find(all.get(1).root())).isEmpty();
      assertThat(openings.find(all.get(2).root())).isPresent();
    }
    try (Stream<Path> files = Files.list(folder.resolve("openings/2026-02-15"))) {
      String text = Files.readString(files.findFirst().orElseThrow());
      assertThat(text).contains("value 0", "value 2").doesNotContain("value 1");
    }
  }

  @Test
  void whatIsOlderThanThirtyDaysGoesByItself() throws Exception {
    Path old = Files.createDirectories(folder.resolve("openings/2026-01-13"));
    Path limit = Files.createDirectories(folder.resolve("openings/2026-01-14"));
    Files.createDirectories(folder.resolve("openings/2026-02-13"));
    Files.createDirectories(folder.resolve("openings/2026-02-14"));
    Files.createDirectories(folder.resolve("openings/2036-02-14"));
    Path other = Files.createDirectories(folder.resolve("openings/notes"));
    Files.writeString(old.resolve("1-a.jsonl"), "{}\n");
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("precious"), "kept");
    Files.createSymbolicLink(folder.resolve("openings/2026-01-02"), elsewhere);
    try (Openings openings = new Openings(folder)) {
      openings.append(commit(ArgumentsPolicy.FULL, "\"x\"", "\"x\"").opening(), NOW);
    }
    assertThat(old).doesNotExist();
    assertThat(limit).exists();
    assertThat(other).exists();
    assertThat(elsewhere.resolve("precious")).exists();
  }

  @Test
  void aClockThatIsSetTenYearsAheadDeletesNothing() throws Exception {
    List<Path> days = new ArrayList<>();
    for (int day = 10; day < 15; day++) {
      days.add(Files.createDirectories(folder.resolve("openings/2026-02-" + day)));
    }
    Moment wild = new Moment(Instant.parse("2036-02-15T12:00:00Z").toEpochMilli(), 0, "");
    for (Moment now : List.of(wild, NOW)) {
      try (Openings openings = new Openings(folder)) {
        openings.append(commit(ArgumentsPolicy.FULL, "\"x\"", "\"x\"").opening(), now);
      }
    }
    assertThat(days).allSatisfy(day -> assertThat(day).exists());
    assertThat(folder.resolve("openings/2036-02-15")).exists();
  }

  /** Without r a value of which there are few cannot be found by trying them. */
  @Test
  void twoCallsWithTheSameArgumentHaveNothingInCommon() {
    Arguments one = commit(ArgumentsPolicy.DIGEST, "\"yes\"", "");
    Arguments two = commit(ArgumentsPolicy.DIGEST, "\"yes\"", "");
    assertThat(one.root()).isNotEqualTo(two.root());
  }

  @Test
  void anArgumentOfAHundredMegabytesKeepsALittleText() {
    byte[] huge = new byte[100 << 20];
    NamedValue value = new NamedValue("blob", huge, "x".repeat(1 << 20));
    Arguments committed = Arguments.commit(ArgumentsPolicy.REDACTED, List.of(value));
    assertThat(committed.opening().length).isLessThan(70_000);
    assertThat(new String(committed.opening(), UTF_8)).contains("\"cut\":true");
  }

  /** Pairs of value and kept text, named a0, a1 … */
  private static Arguments commit(ArgumentsPolicy policy, String... values) {
    List<NamedValue> all = new ArrayList<>();
    for (int i = 0; i < values.length; i += 2) {
      all.add(new NamedValue("a" + i / 2, values[i].getBytes(UTF_8), values[i + 1]));
    }
    return Arguments.commit(policy, all);
  }

  private static byte[] decode(JsonNode proof, String key) {
    return Base64.getUrlDecoder().decode(proof.path(key).asString());
  }

  private static byte[] hmac(byte[] key, byte[] value) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(value);
  }

  private static byte[] leaf(String name, byte[] commitment) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.write(ByteBuffer.allocate(4).putInt(name.length()).array());
    out.write(name.getBytes(UTF_8));
    out.write(commitment);
    return sha(out.toByteArray());
  }

  /** As RFC 9162 section 2.1.3.2 has it. */
  private static String root(JsonNode proof, int index, int size, byte[] leaf) throws Exception {
    int fn = index;
    int sn = size - 1;
    byte[] r = leaf;
    for (String text : proof.path("path").asString().split(" ", -1)) {
      if (text.isEmpty()) {
        continue;
      }
      byte[] p = Base64.getUrlDecoder().decode(text);
      if (fn % 2 == 1 || fn == sn) {
        r = node(p, r);
        while (fn % 2 == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        r = node(r, p);
      }
      fn >>= 1;
      sn >>= 1;
    }
    assertThat(sn).isZero();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(r);
  }

  private static byte[] node(byte[] left, byte[] right) throws Exception {
    return sha(ByteBuffer.allocate(65).put((byte) 1).put(left).put(right).array());
  }

  private static byte[] sha(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }
}
