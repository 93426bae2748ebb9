package dev.gatekeeper.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

final class SliceTest {
  static Slice of(String json) throws MalformedException {
    return Slice.of(json.getBytes(UTF_8));
  }

  @Test
  void knowsItsKind() throws Exception {
    assertThat(of(" {} ").isObject()).isTrue();
    assertThat(of("[]").isArray()).isTrue();
    assertThat(of("\"\"").isString()).isTrue();
    assertThat(of("-1").isNumber()).isTrue();
    assertThat(of("null").isNull()).isTrue();
    assertThat(of("true").isTrue()).isTrue();
    assertThat(of("false").isTrue()).isFalse();
  }

  @Test
  void leavesOutWhiteSpaceAroundIt() throws Exception {
    Slice slice = of(" \n[1 ]\t");
    assertThat(slice.toBytes()).isEqualTo("[1 ]".getBytes(UTF_8));
    assertThat(slice.length()).isEqualTo(4);
  }

  @Test
  void decodesEveryEscape() throws Exception {
    assertThat(of("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041é\\ud83d\\ude00\\ud800\"").string())
        .isEqualTo("\"\\/\b\f\n\r\tAé\ud83d\ude00\ud800");
  }

  @Test
  void integersAreIntegersOfAnySize() throws Exception {
    assertThat(of("9007199254740993").integer()).hasValue(9007199254740993L);
    assertThat(of("99999999999999999999").isInteger()).isTrue();
    assertThat(of("99999999999999999999").integer()).isEmpty();
    assertThat(of("1.0").isInteger()).isFalse();
    assertThat(of("1e2").isInteger()).isFalse();
  }

  @Test
  void membersStandInTheirOrder() throws Exception {
    Members members = of("{\"b\":1, \"\\u0061\" : {\"b\":[]}}").members();
    assertThat(members.all()).extracting(Member::name).containsExactly("b", "a");
    assertThat(members.get("a").orElseThrow().toBytes()).isEqualTo("{\"b\":[]}".getBytes(UTF_8));
    assertThat(members.get("c")).isEmpty();
    assertThat(of("{ }").members().all()).isEmpty();
  }

  @Test
  void anObjectIsReadWithItsMembersOrNotAtAll() throws Exception {
    Slice object = Slice.object(" {\"a\": {\"b\": 1}} ".getBytes(UTF_8));
    assertThat(object.toBytes()).isEqualTo("{\"a\": {\"b\": 1}}".getBytes(UTF_8));
    assertThat(object.members().get("a").orElseThrow().members().all()).hasSize(1);
    for (String wrong : new String[] {"[]", "{\"a\":1,\"A\":2}", "{} {}", "{\"a\":01}", "{", ""}) {
      assertThatExceptionOfType(MalformedException.class)
          .as(wrong)
          .isThrownBy(() -> Slice.object(wrong.getBytes(UTF_8)));
    }
  }

  @Test
  void equalNamesAreRefusedOneByOneAndAmongMany() throws Exception {
    StringBuilder many = new StringBuilder("{");
    for (int i = 0; i < 20; i++) {
      many.append("\"n").append(i).append("\":0,");
    }
    for (String start : new String[] {"{\"k\":0,\"straße\":0,", many + "\"k\":0,\"straße\":0,"}) {
      for (String twin : new String[] {"k", "K", "\\u004b", "\u212a", "ſtraße", "STRAßE"}) {
        Slice object = of(start + "\"" + twin + "\":0}");
        assertThatExceptionOfType(MalformedException.class)
            .as(twin)
            .isThrownBy(object::members)
            .withMessageStartingWith("a name occurs twice at byte ");
      }
      assertThat(of(start + "\"strasse\":0}").members().all()).isNotEmpty();
    }
  }

  @Test
  void elementsStandInTheirOrder() throws Exception {
    assertThat(of("[1 , [2,3],{}]").elements())
        .extracting(slice -> new String(slice.toBytes(), UTF_8))
        .containsExactly("1", "[2,3]", "{}");
    assertThat(of("[ ]").elements()).isEmpty();
  }

  @Test
  void askingTheWrongKindIsAFault() throws Exception {
    Slice number = of("1");
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(number::members)
        .withMessage("no object at byte 0");
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(number::elements)
        .withMessage("no array at byte 0");
  }

  @Test
  void printsNoContent() throws Exception {
    assertThat(of("\"made-up-value\"")).hasToString("Slice[at 0, 15 bytes]");
  }
}
