package dev.gatekeeper.allowlist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PublicNameTest {
  @Test
  void joinsServerAndNameWithTwoUnderscores() {
    assertThat(PublicName.of("github", "create_issue")).isEqualTo("github__create_issue");
    assertThat(PublicName.serverOf("github__create_issue")).contains("github");
    assertThat(PublicName.plainNameOf("github__create_issue")).contains("create_issue");
  }

  @Test
  void keepsUnderscoresOfTheToolApartFromTheSeparator() {
    assertThat(PublicName.plainNameOf(PublicName.of("a", "__b__c"))).contains("__b__c");
    assertThat(PublicName.serverOf(PublicName.of("a", "__b__c"))).contains("a");
  }

  @Test
  void leavesRoomForTheClientsPrefixWithin64Characters() {
    String name = PublicName.of("server", "x".repeat(200));
    assertThat(("mcp__gatekeeper__" + name).length()).isEqualTo(64);
  }

  @Test
  void doesNotLetTwoChangedNamesMeet() {
    String dotted = PublicName.of("s", "a.b");
    assertThat(dotted).matches("[A-Za-z0-9_-]+").isNotEqualTo(PublicName.of("s", "a b"));
    assertThat(dotted).isNotEqualTo(PublicName.of("s", "a_b"));
    assertThat(PublicName.of("s", "x".repeat(99) + "1"))
        .isNotEqualTo(PublicName.of("s", "x".repeat(99) + "2"));
  }

  @Test
  void isItsOwnInverseForPlainNamesOnly() {
    String changed = PublicName.of("s", "a.b");
    // The changed form is a possible plain name too; the catalog, which knows, is asked first.
    assertThat(PublicName.plainNameOf(changed)).contains(changed.substring("s__".length()));
    assertThat(PublicName.mayBeChanged(changed)).isTrue();
    assertThat(PublicName.mayBeChanged("s__create_issue")).isFalse();
    assertThat(PublicName.plainNameOf("s__a.b")).isEmpty();
  }

  @Test
  void hasNoServerWithoutASeparator() {
    assertThat(PublicName.serverOf("gatekeeper_status")).isEqualTo(Optional.empty());
    assertThat(PublicName.serverOf("__x")).isEmpty();
    assertThat(PublicName.plainNameOf("s__")).isEmpty();
    assertThat(PublicName.plainNameOf("")).isEmpty();
  }
}
