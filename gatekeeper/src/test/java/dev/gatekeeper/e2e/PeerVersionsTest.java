package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One file, {@code peers/package.json}, holds the exact version of every peer. */
final class PeerVersionsTest {
  private static JsonNode peers(String group) throws Exception {
    return JsonMapper.shared().readTree(Path.of("src/test/peers/package.json")).path(group);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dependencies", "optionalDependencies", "maven"})
  void eachIsExact(String group) throws Exception {
    assertThat(peers(group)).isNotEmpty();
    assertThat(peers(group))
        .allSatisfy(
            version -> assertThat(version.asString()).matches("\\d+\\.\\d+\\.\\d+(-[a-z.0-9]+)?"));
  }

  /** Maven takes them from its own file. */
  @Test
  void thoseOfMavenAreTheOnesThatItTakes() throws Exception {
    String pom = Files.readString(Path.of("../pom.xml"));
    for (Map.Entry<String, JsonNode> peer : peers("maven").properties()) {
      String[] name = peer.getKey().split(":", -1);
      Matcher taken =
          Pattern.compile(
                  "<groupId>%s</groupId>\\s*<artifactId>%s</artifactId>\\s*<version>\\$\\{(.*?)}"
                      .formatted(Pattern.quote(name[0]), Pattern.quote(name[1])))
              .matcher(pom);
      assertThat(taken.find()).as(peer.getKey()).isTrue();
      String property = taken.group(1);
      assertThat(pom).contains("<%1$s>%2$s</%1$s>".formatted(property, peer.getValue().asString()));
    }
  }
}
