package dev.gatekeeper.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UriTemplateTest {
  @ParameterizedTest
  @CsvSource({
    "demo://a/{id}, demo://a/1, true",
    "demo://a/{id}, demo://a/, true",
    "demo://a/{id}, demo://b/1, false",
    "demo://a/{id}/end, demo://a/1/2/end, true",
    "demo://a/{id}/end, demo://a/1/2/ende, false",
    "{scheme}://{host}, x://y, true",
    "demo://a/{id, demo://a/1, false",
    "demo://a/{id, 'demo://a/{id', true",
    "demo://a, demo://a, true",
    "demo://a, demo://ab, false",
  })
  void findsTheTemplateOfAUri(String template, String uri, boolean matches) {
    assertThat(UriTemplate.matches(template, uri)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({"20000"})
  void doesNotBlowUpOnHostileTemplates(int length) {
    String template = "{a}x".repeat(length / 4) + "y";
    assertThat(UriTemplate.matches(template, "x".repeat(length))).isFalse();
  }
}
