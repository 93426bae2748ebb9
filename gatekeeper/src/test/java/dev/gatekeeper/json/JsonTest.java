package dev.gatekeeper.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonTest {
  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }

  @Test
  void escapesWhatMustBeAndWhatBreaksLines() {
    assertThat(text(Json.quote("a\"\\/\b\n\r\t\0\u001f\u007f\u2028\u2029")))
        .isEqualTo("\"a\\\"\\\\/\\u0008\\n\\r\\t\\u0000\\u001f\\u007f\\u2028\\u2029\"");
  }

  @Test
  void pairsStayAndLoneSurrogatesAreEscaped() {
    assertThat(text(Json.quote("\ud83d\ude00é"))).isEqualTo("\"\ud83d\ude00é\"");
    assertThat(text(Json.quote("\ud83d"))).isEqualTo("\"\\ud83d\"");
    assertThat(text(Json.quote("\ude00\ud83d"))).isEqualTo("\"\\ude00\\ud83d\"");
  }

  @Test
  void everyTextComesBack() throws Exception {
    Random random = new Random(3);
    for (int round = 0; round < 2000; round++) {
      StringBuilder any = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        any.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
      }
      byte[] quoted = Json.quote(any.toString());
      assertThat(Slice.of(quoted).string()).isEqualTo(any.toString());
    }
  }

  @Test
  void objectsAndArraysNest() throws Exception {
    byte[] json =
        Json.object()
            .put("s", "x")
            .put("n", Long.MIN_VALUE)
            .put("b", true)
            .raw("r", "[1]".getBytes(UTF_8))
            .object("o", o -> o.object("e", e -> {}).put("z", false))
            .array("a", a -> a.add("1").raw("2".getBytes(UTF_8)).object(o -> o.put("k", 3)))
            .toBytes();
    assertThat(text(json))
        .isEqualTo(
            "{\"s\":\"x\",\"n\":-9223372036854775808,\"b\":true,\"r\":[1],"
                + "\"o\":{\"e\":{},\"z\":false},\"a\":[\"1\",2,{\"k\":3}]}");
    assertThat(text(Json.object().toBytes())).isEqualTo("{}");
  }

  @Test
  void objectIsTakenOnce() {
    JsonWriter object = Json.object();
    object.toBytes();
    assertThatIllegalStateException().isThrownBy(object::toBytes);
  }
}
