package dev.gatekeeper.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SpliceTest {
  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(Splice splice) {
    return new String(splice.toBytes(), UTF_8);
  }

  @Test
  void noEditGivesTheOriginal() throws Exception {
    Random random = new Random(7);
    RandomJson json = new RandomJson(random);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = utf8(json.value(4));
      assertThat(Splice.of(Slice.of(bytes)).toBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void appendsToAnArray() throws Exception {
    Slice empty = SliceTest.of("[ ]");
    assertThat(text(Splice.of(empty).append(empty, utf8("1")))).isEqualTo("[1 ]");
    Slice whole = SliceTest.of("{\"a\":[1 , 2 ]}");
    Splice splice = Splice.of(whole).append(whole.members().get("a").orElseThrow(), utf8("{}"));
    assertThat(text(splice)).isEqualTo("{\"a\":[1 , 2,{} ]}");
  }

  @Test
  void replacesIdNameAndTokenAndNothingElse() throws Exception {
    Slice whole =
        SliceTest.of(
            "{\"jsonrpc\":\"2.0\", \"id\" : 9007199254740993,\"params\":{\"name\":\"fs__a\\u0062\","
                + "\"x\":1e400,\"_meta\":{\"progressToken\":\"p\",\"k\":[ ]}}}");
    Members params = whole.members().get("params").orElseThrow().members();
    Slice token = params.get("_meta").orElseThrow().members().get("progressToken").orElseThrow();
    Splice splice =
        Splice.of(whole)
            .replace(token, utf8("17"))
            .replace(params.get("name").orElseThrow(), utf8("\"ab\""))
            .replace(whole.members().get("id").orElseThrow(), utf8("3"));
    assertThat(text(splice))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\", \"id\" : 3,\"params\":{\"name\":\"ab\","
                + "\"x\":1e400,\"_meta\":{\"progressToken\":17,\"k\":[ ]}}}");
  }

  @Test
  void membersArePutIntoEmptyAndFilledObjects() throws Exception {
    Slice empty = SliceTest.of("{ }");
    assertThat(text(Splice.of(empty).insertMember(empty, "a", utf8("1")))).isEqualTo("{\"a\":1 }");
    assertThat(
            text(
                Splice.of(empty)
                    .insertMember(empty, "a", utf8("1"))
                    .insertMember(empty, "\"", utf8("2"))))
        .isEqualTo("{\"a\":1,\"\\\"\":2 }");
    Slice filled = SliceTest.of("{ \"b\":0}");
    assertThat(text(Splice.of(filled).insertMember(filled, "a", utf8("1"))))
        .isEqualTo("{\"a\":1, \"b\":0}");
    assertThat(text(Splice.of(filled).insertMember(filled, "b", utf8("1"))))
        .isEqualTo("{ \"b\":1}");
  }

  @Test
  void everySetOfMembersCanBeTakenOutAndPutIn() throws Exception {
    Slice whole = SliceTest.of("{ \"a\" : 0 , \"b\":[1] ,\"c\":{\"d\":2}, \"e\": 3 }");
    String[] names = {"a", "b", "c", "e"};
    for (int removed = 0; removed < 16; removed++) {
      for (int inserted = 0; inserted < 3; inserted++) {
        Splice splice = Splice.of(whole);
        List<String> left = new ArrayList<>();
        for (int i = 0; i < inserted; i++) {
          splice.insertMember(whole, "n" + i, utf8("null"));
          left.add("n" + i);
        }
        for (int i = 0; i < 4; i++) {
          if ((removed >> i & 1) == 0) {
            left.add(names[i]);
          } else {
            splice.removeMember(whole, names[i]);
          }
        }
        assertThat(Slice.of(splice.toBytes()).members().all())
            .extracting(Member::name)
            .containsExactlyElementsOf(left);
        assertThat(splice.toSlice().toBytes()).isEqualTo(splice.toBytes());
      }
    }
  }

  @Test
  void editedTextsParseToWhatWasPutIn() throws Exception {
    Random random = new Random(11);
    RandomJson json = new RandomJson(random);
    for (int round = 0; round < 2000; round++) {
      Slice whole = SliceTest.of(json.object(3));
      Splice splice = Splice.of(whole);
      Map<String, String> expected = new LinkedHashMap<>();
      for (Member member : whole.members().all()) {
        String value = new String(member.value().toBytes(), UTF_8);
        switch (random.nextInt(3)) {
          case 0 -> splice.removeMember(whole, member.name());
          case 1 -> {
            String other = json.value(2);
            splice.replace(member.value(), utf8(other));
            expected.put(member.name(), other);
          }
          default -> expected.put(member.name(), value);
        }
      }
      String put = json.value(2);
      splice.insertMember(whole, "new", utf8(put));
      expected.put("new", put);
      Map<String, String> found = new LinkedHashMap<>();
      for (Member member : Slice.of(splice.toBytes()).members().all()) {
        found.put(member.name(), new String(member.value().toBytes(), UTF_8));
      }
      expected.replaceAll((name, value) -> value.strip());
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void nameThatDiffersInCaseOnlyIsNotDoubled() throws Exception {
    Slice whole = SliceTest.of("{\"ProgressToken\":1}");
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> Splice.of(whole).insertMember(whole, "progressToken", utf8("2")))
        .withMessage("a name differs in case only at byte 1");
  }

  @Test
  void overlapAndForeignPartsAreBugs() throws Exception {
    Slice whole = SliceTest.of("{\"a\":{\"b\":1}}");
    Slice inner = whole.members().get("a").orElseThrow();
    Slice innermost = inner.members().get("b").orElseThrow();
    Splice splice = Splice.of(whole).replace(inner, utf8("0")).replace(innermost, utf8("0"));
    assertThatIllegalArgumentException().isThrownBy(splice::toBytes);
    Slice other = SliceTest.of("{\"a\":1}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Splice.of(whole).replace(other, utf8("0")));
  }
}
