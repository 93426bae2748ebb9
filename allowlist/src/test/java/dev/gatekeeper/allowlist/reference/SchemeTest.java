package dev.gatekeeper.allowlist.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every name of a source must not be, whatever else it is. */
final class SchemeTest {
  private static final String PIECES = "a-./~#=,: @+_$`\"'\\{}()\n\r\t\0;&|<>*?[]é%0";

  /** A name that each accepts. */
  private static String sample(Scheme scheme) {
    return switch (scheme) {
      case SECRET, TEAM, PASS -> "work/github";
      case OP -> "//Private/GitHub/token";
      case KEYCHAIN -> "github.com/alice";
      case LIBSECRET -> "service=github,user=alice";
      case BITWARDEN -> "0b1c2d3e-0000-4000-8000-0123456789ab";
      case DOPPLER -> "api/dev/TOKEN";
      case VAULT -> "secret/app/db#password";
      case AWS_SM -> "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/app#token";
      case AGE -> "~/secrets/token.age";
      case SOPS -> "config/dev.yaml#db/password";
      case ENV -> "TOKEN";
      case EXEC -> "keepass/Work/GitHub";
    };
  }

  /** What divides a name into what becomes an argument, or a step of a path. */
  private static String dividers(Scheme scheme) {
    return switch (scheme) {
      case LIBSECRET -> "[,=]";
      case AWS_SM -> "#";
      default -> "[/#]";
    };
  }

  @ParameterizedTest
  @EnumSource
  void whateverIsChangedNothingReadsAsAnOptionOrLeavesItsPlace(Scheme scheme) {
    String sample = sample(scheme);
    assertThat(scheme.accepts(sample)).isTrue();
    assertThat(Scheme.named(scheme.word())).contains(scheme);
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder name = new StringBuilder(sample);
      for (int edits = random.nextInt(4); edits >= 0; edits--) {
        int at = random.nextInt(name.length() + 1);
        name.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
      }
      String text = name.toString();
      if (scheme.accepts(text)) {
        assertThat(text).matches("[ -~]+").doesNotContainPattern("[$`\"'\\\\{}()\\[\\]*?<>|&;%]");
        for (String part : text.split(dividers(scheme), -1)) {
          assertThat(part).as(text).doesNotStartWith("-").isNotEqualTo("..").isNotEqualTo(".");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_SM, file:///etc/passwd",
    "AWS_SM, fileb://x",
    "AWS_SM, arn:aws:s3:::bucket",
    "LIBSECRET, a=-x",
    "LIBSECRET, -c=x",
    "PASS, ../x",
    "PASS, /x",
    "AGE, //x",
    "AGE, ~root/x",
    "AGE, a/../b",
    "VAULT, secret/../sys#x",
    "ENV, A-B",
    "EXEC, ../x",
  })
  void theseAreNone(Scheme scheme, String name) {
    assertThat(scheme.accepts(name)).isFalse();
  }
}
