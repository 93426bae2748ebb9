package dev.gatekeeper.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ForeignTextTest {
  @Test
  void keepsPlainTextOfAnyLanguage() {
    assertThat(ForeignText.shown("Größe: 1 > 0, 数, 😀", 100)).isEqualTo("Größe: 1 > 0, 数, 😀");
  }

  @Test
  void escapesWhatCouldPassForMoreThanText() {
    assertThat(ForeignText.shown("a\nb\u001b[1m\u202e\u200b<b>\ufe0f\ud800", 100))
        .isEqualTo("a\\u{a}b\\u{1b}[1m\\u{202e}\\u{200b}\\u{3c}b>\\u{fe0f}\\u{d800}");
    assertThat(ForeignText.shown(Character.toString(0xe0041), 100)).isEqualTo("\\u{e0041}");
  }

  @Test
  void endsWithinItsShare() {
    assertThat(ForeignText.shown("abc", 3)).isEqualTo("abc");
    assertThat(ForeignText.shown("abcd", 3)).isEqualTo("abc…");
    assertThat(ForeignText.shown("a\n\n", 6)).isEqualTo("a\\u{a}…");
    assertThat(ForeignText.shown("a", 0)).isEqualTo("…");
  }
}
