package dev.gatekeeper.allowlist.review;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LiteralSecretsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X | ghp_madeUpMadeUpMadeUp1234567890",
        "X | github_pat_madeUp_1234567890madeUpmadeUp",
        "X | sk-ant-madeUp-0000000000000000",
        "X | sk_live_madeUp0000000000",
        "X | xoxb-0000000000-madeup",
        "X | AKIAMADEUPMADEUP0000",
        "X | eyJtYWRlIjoidXAifQ.eyJtYWRlIjoidXAifQ.madeup",
        "X | postgres://user:madeup@db.example/x",
        "X | https://a.example/?api_key=madeup-madeup",
        "X | --password=made-up-made-up",
        "X | -----BEGIN PRIVATE KEY-----",
        "X | 0123456789abcdef0123456789abcdef01234567",
        "X | q7Zk2Wm9Xr4Tb8Vn3Lp6madeUp",
        "API_TOKEN | made up words!",
        "DB_PASSWORD | Summer2027!",
        "token | MadeUp1",
        "secretKey | x-y-z-1"
      })
  void theseAreSuspected(String name, String value) {
    assertThat(LiteralSecrets.suspects(name, value)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOG_LEVEL | info",
        "X | @modelcontextprotocol/server-github@2025.4.8",
        "X | mcp-server-git==2026.1.14",
        "X | ghcr.io/acme/server@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "X | https://api.example.com/v1/projects?limit=100",
        "X | --experimental-strip-types",
        "X | /usr/local/share/something/else/2027/x",
        "X | postgres://user@db.example/x",
        "TOKEN_LIMIT | 4096",
        "SECRET_PROVIDER | vault",
        "PASSWORD_FILE | /run/secrets/db",
        "AUTH_TOKEN_URL | https://a.example/token",
        "USE_TOKEN | true",
        "REGION | eu-central-1",
        "TOKEN | ''",
        "X | Europe/Berlin",
        "X | ThisIsALongCamelCaseNameWithoutDigits",
        "X | 2027-05-01T10:00:00Z"
      })
  void theseAreNot(String name, String value) {
    assertThat(LiteralSecrets.suspects(name, value)).isFalse();
  }
}
